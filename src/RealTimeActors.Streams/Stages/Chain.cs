namespace RealTimeActors.Streams.Stages;

/// <summary>Where a chain of <see cref="Links"/> begins and ends.</summary>
internal struct Chain
{
    /// <summary>No place.</summary>
    internal const int None = -1;

    private int _first;
    private int _last;

    /// <summary>The first place, or <see cref="None"/>. Kept one higher, so that a chain that nobody touched is empty.</summary>
    internal int First { readonly get => _first - 1; set => _first = value + 1; }

    /// <summary>The last place, or <see cref="None"/>.</summary>
    internal int Last { readonly get => _last - 1; set => _last = value + 1; }
}
