"""The query language of TMF630, once: parser, typed tree, evaluator. The stores compile the tree."""
