namespace RealTimeActors.Actors.Tests.Support;

/// <summary>Does what the test says.</summary>
internal sealed class Acting(Action<IActorContext<string>, string> receive) : Actor<string>
{
    protected internal override void Receive(string message) => receive(Context, message);
}
