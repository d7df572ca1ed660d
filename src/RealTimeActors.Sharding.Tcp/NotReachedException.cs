namespace RealTimeActors.Sharding.Tcp;

/// <summary>No connection came about.</summary>
/// <param name="message">Why.</param>
/// <param name="isRefused">Whether the other system said that nobody listens.</param>
internal sealed class NotReachedException(string message, bool isRefused) : Exception(message)
{
    internal bool IsRefused { get; } = isRefused;
}
