"""Distscore: scores predicted distributions against target distributions over HTTP."""

from importlib.metadata import version

__version__ = version("distscore")
