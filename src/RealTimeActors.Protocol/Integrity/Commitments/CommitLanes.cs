using System.Runtime.Intrinsics;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity.Commitments;

/// <summary>Commitments to objects of as many short fields as each other, in as many lanes as the processor has (<see cref="EventLanes{TVector,TLanes}"/>).</summary>
internal static class CommitLanes
{
    /// <summary>Whether there are lanes, and so many events leave at most a quarter of them idle: an idle lane costs what a busy one does.</summary>
    internal static bool AreWorthIt(int events)
    {
        if (!EightLanes.IsSupported)
            return false;

        var lanes = LanesFor(events);
        return 4 * events >= 3 * lanes * ((events + lanes - 1) / lanes);
    }

    /// <summary>Commits.</summary>
    /// <param name="salts">Of the events, one behind the other.</param>
    /// <param name="texts">Their data, and <see cref="ObjectFields.SlackBytes"/> behind them.</param>
    /// <param name="fields">Of the first event in their order, then those of the next: of each as many, all short (<see cref="FieldMessage.IsShort"/>).</param>
    /// <param name="commitments">Receives 32 bytes for each event: so many events there are.</param>
    internal static void Commit(ReadOnlySpan<byte> salts, ReadOnlySpan<byte> texts, ReadOnlySpan<ObjectField> fields, Span<byte> commitments)
    {
        if (LanesFor(commitments.Length / EventHash.Bytes) == LaneRows.Lanes)
            Commit<Vector256<uint>, EightLanes>(salts, texts, fields, commitments);
        else
            Commit<Vector512<uint>, SixteenLanes>(salts, texts, fields, commitments);
    }

    /// <summary>The same in these lanes, as often as it takes.</summary>
    internal static void Commit<TVector, TLanes>(ReadOnlySpan<byte> salts, ReadOnlySpan<byte> texts, ReadOnlySpan<ObjectField> fields, Span<byte> commitments)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var perEvent = fields.Length / (commitments.Length / EventHash.Bytes);
        var lanes = new EventLanes<TVector, TLanes>(LaneRounds.Aligned<TVector>(stackalloc TVector[EventLanes<TVector, TLanes>.Registers + 1]));
        while (!commitments.IsEmpty)
        {
            var events = Math.Min(EventLanes<TVector, TLanes>.Lanes, commitments.Length / EventHash.Bytes);
            lanes.Commit(salts, texts, fields[..(events * perEvent)], commitments[..(events * EventHash.Bytes)]);
            salts = salts[(events * EventHash.SaltBytes)..];
            fields = fields[(events * perEvent)..];
            commitments = commitments[(events * EventHash.Bytes)..];
        }
    }

    private static int LanesFor(int events) => events > LaneRows.Lanes && SixteenLanes.IsSupported ? 2 * LaneRows.Lanes : LaneRows.Lanes;
}
