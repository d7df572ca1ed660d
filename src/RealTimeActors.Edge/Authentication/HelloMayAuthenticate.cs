namespace RealTimeActors.Edge.Authentication;

/// <summary>Metadata of an endpoint whose client may say its token later, in its hello, or need not say it again, because it shows its session's key.</summary>
internal sealed class HelloMayAuthenticate
{
    internal static HelloMayAuthenticate Instance { get; } = new();
}
