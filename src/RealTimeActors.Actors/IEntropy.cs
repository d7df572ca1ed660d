namespace RealTimeActors.Actors;

/// <summary>The chance door: every id, epoch, key and jitter comes from here.</summary>
/// <remarks>Not shared between actors: each takes a fork of its own, so that one more draw in one place changes nothing elsewhere.</remarks>
public interface IEntropy
{
    /// <summary>Fills the span with chance. Real implementations are fit for secrets.</summary>
    void Fill(Span<byte> bytes);

    /// <summary>A stream of its own, named by the label: the same label gives the same stream under the same seed.</summary>
    IEntropy Fork(string label);
}
