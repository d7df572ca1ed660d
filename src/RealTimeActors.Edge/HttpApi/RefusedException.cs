using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Leaves a request in the middle of reading it; becomes its answer.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    internal RefusedException(ErrorCode code, string message)
        : this(new Refusal(code, message))
    {
    }

    internal RefusedException(int status, ErrorCode code, string message)
        : this(new Refusal(code, message, status))
    {
    }

    internal Refusal Refusal { get; } = refusal;
}
