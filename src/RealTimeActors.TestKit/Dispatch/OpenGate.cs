using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.TestKit.Dispatch;

/// <summary>On a single thread nobody else is ever inside.</summary>
internal sealed class OpenGate : IGate
{
    internal static OpenGate Instance { get; } = new();

    public void Enter() { }

    public void Leave() { }
}
