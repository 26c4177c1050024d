"""What the engine refuses, and what it warns about.

Every error is an `EngineError` and also the built-in error that numpy would have raised, so code
written against plain numpy keeps catching it.
"""


class EngineError(Exception):
    """Base of all errors of the engine."""


class ShapeError(EngineError, ValueError):
    """Shapes do not fit together."""


class DtypeError(EngineError, TypeError):
    """A dtype has no derivative (object, string, bool, datetime)."""


class GraphFreedError(EngineError, RuntimeError):
    """The graph behind a tensor was released by an earlier backward pass."""


class InPlaceError(EngineError, TypeError):
    """A write into a tracked array: the backward pass would read the overwritten values."""


class UntrackedError(EngineError, TypeError):
    """A tracked tensor would silently become a constant, or a constant cannot be differentiated."""


class UnsupportedError(EngineError, TypeError):
    """numpy can do this, the engine has no derivative rule for it."""


class EngineWarning(UserWarning):
    """Base of all warnings of the engine."""


class StepFunctionWarning(EngineWarning):
    """The derivative of a step function is zero almost everywhere: nothing can be learnt from it."""


class DisconnectedWarning(EngineWarning):
    """The output does not depend on an input through tracked operations; its gradient is zero."""


class PrecisionWarning(EngineWarning):
    """float32 and float64 were mixed in one operation."""
