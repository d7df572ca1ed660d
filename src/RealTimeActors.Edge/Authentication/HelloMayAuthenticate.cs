namespace RealTimeActors.Edge.Authentication;

/// <summary>Metadata of an endpoint whose client may say its token later, in its hello.</summary>
internal sealed class HelloMayAuthenticate
{
    internal static HelloMayAuthenticate Instance { get; } = new();
}
