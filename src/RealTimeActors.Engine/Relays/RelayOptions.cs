namespace RealTimeActors.Engine.Relays;

/// <summary>Bounds of what nodes pass on to each other for clients over plain HTTP.</summary>
internal sealed record RelayOptions
{
    /// <summary>Requests that are with other nodes, and requests of others that are answered here, of each so many. One more is refused.</summary>
    internal int RequestsMax { get; init; } = 100_000;

    /// <summary>Bytes of requests that no node has taken yet. With more, a request is refused; the first is taken whatever it has.</summary>
    internal long RequestBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes of answers that one node was given, and of which it has not said that they are there. Far less than a link holds: what is more waits here.</summary>
    internal long AnswerBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes of one part of an answer; a longer piece goes as it is.</summary>
    internal int PartBytesMax { get; init; } = 262_144;

    /// <summary>Who asks what follows is told after so long that nothing has, yet: an asker who hears nothing for longer knows that nobody is there.</summary>
    internal TimeSpan StillAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who is silent for so long is gone.</summary>
    internal TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A client that takes longer for a part is slow: what follows is asked for all the same, so that both nodes know of each other.</summary>
    internal TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time between two looks at all of them.</summary>
    internal TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For the simulation only.</summary>
    internal PlantedBug Bug { get; init; }
}
