using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Leaves a request in the middle of reading it; becomes its answer.</summary>
internal sealed class RefusedException(ErrorCode code, string message) : Exception(message)
{
    internal Refusal Refusal { get; } = new(code, message);
}
