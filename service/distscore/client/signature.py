"""The keywords of a method where people look for them: a notebook and `help` read a signature, not a TypedDict."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def takes(members: Any) -> Callable[[Method], Method]:
    """Give a method with `**members: Unpack[members]` the signature with these keywords, required ones first."""
    names = sorted(members.__annotations__, key=lambda name: name not in members.__required_keys__)
    keywords = [_parameter(name, members) for name in names]

    def with_signature(method: Method) -> Method:
        own = [each for each in signature(method).parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
        vars(method)["__signature__"] = Signature([*own, *keywords])
        return method

    return with_signature


def _parameter(name: str, members: Any) -> Parameter:
    default = Parameter.empty if name in members.__required_keys__ else None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=members.__annotations__[name])
