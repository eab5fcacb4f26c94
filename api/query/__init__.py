"""The query language of TMF630: parser, typed tree, evaluator. The stores compile the tree."""
