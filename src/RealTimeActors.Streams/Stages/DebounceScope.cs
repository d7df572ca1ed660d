namespace RealTimeActors.Streams.Stages;

/// <summary>The newest element of one scope, while it is not quiet yet.</summary>
internal struct DebounceScope<T>
{
    internal Element<T> Newest;

    /// <summary>The key that the scope goes by; null: the scope of all others.</summary>
    internal string? Key;

    /// <summary>When the first came since the scope last let one out.</summary>
    internal long FirstUnixMs;

    /// <summary>When the last one came.</summary>
    internal long LastUnixMs;
}
