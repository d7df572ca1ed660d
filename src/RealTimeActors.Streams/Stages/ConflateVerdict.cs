namespace RealTimeActors.Streams.Stages;

/// <summary>What conflation makes of an element that comes in.</summary>
internal enum ConflateVerdict
{
    /// <summary>It waits; nothing of its scope gives way.</summary>
    Waits,

    /// <summary>It takes the place of an older one.</summary>
    Replaces,

    /// <summary>A newer one waits already.</summary>
    IsLeftOut,
}
