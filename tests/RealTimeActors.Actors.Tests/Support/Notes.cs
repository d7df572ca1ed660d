namespace RealTimeActors.Actors.Tests.Support;

/// <summary>An address that is no actor: keeps what it is told, even while the system stops.</summary>
internal sealed class Notes : IActorRef<string>
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public ActorPath Path { get; } = new(null, "notes");

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public void Tell(string message)
    {
        lock (_lock)
            _lines.Add(message);
    }
}
