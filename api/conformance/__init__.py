"""The conformance suite: rules of TMF630 and of an API's document, checked over HTTP.

It runs against any TMF server. A rule is a value (`api.conformance.rule`); what a check may use is
a `api.conformance.trial.Trial`; `api.conformance.suite` runs them.
"""
