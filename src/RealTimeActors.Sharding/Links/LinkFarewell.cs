namespace RealTimeActors.Sharding.Links;

/// <summary>Told to a <see cref="LinkActor"/> whose other node is not a member any more: says so to that node, if it is still there, and ends. Who cannot read the table would not find out otherwise.</summary>
internal sealed class LinkFarewell
{
    private LinkFarewell()
    {
    }

    internal static LinkFarewell Instance { get; } = new();
}
