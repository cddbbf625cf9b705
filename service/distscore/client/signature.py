"""The keywords of a method where people look for them: a notebook and `help` read a signature, not a TypedDict."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def takes(members: Any, **more: Any) -> Callable[[Method], Method]:
    """Give a method with `**members: Unpack[members]` the signature with these keywords, required ones first.

    `more` are the types of keywords of its own.
    """
    names = sorted(members.__annotations__, key=lambda name: name not in members.__required_keys__)
    parameters = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD), *(_parameter(name, members) for name in names)]
    parameters += [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=more[name]) for name in more]

    def with_signature(method: Method) -> Method:
        vars(method)["__signature__"] = Signature(parameters)
        return method

    return with_signature


def _parameter(name: str, members: Any) -> Parameter:
    default = Parameter.empty if name in members.__required_keys__ else None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=members.__annotations__[name])
