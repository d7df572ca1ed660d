using System.Buffers;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Presence;

/// <summary>What is told of a channel as bytes for the wire: in several frames where it is long, so that none is longer than others may send.</summary>
internal static class PresenceFrames
{
    /// <summary>Encodes a frame, or its parts: the first has the kind, the others bring the rest.</summary>
    internal static IReadOnlyList<byte[]> Encode(WireFormat format, ServerFrame.PresenceDiff diff, int bytesMax)
    {
        var to = new ArrayBufferWriter<byte>();
        var frames = new List<byte[]>(1);
        foreach (var part in Cut(diff, bytesMax))
        {
            to.ResetWrittenCount();
            ServerMessages.Write(format, part, to);
            frames.Add(to.WrittenSpan.ToArray());
        }

        return frames;
    }

    internal static IEnumerable<ServerFrame.PresenceDiff> Cut(ServerFrame.PresenceDiff diff, int bytesMax)
    {
        var part = new Part(diff.Kind);
        for (var i = 0; i < diff.Left.Count + diff.Joined.Count + diff.Updated.Count; i++)
        {
            var (what, member) = At(diff, i);
            if (part.Bytes > 0 && part.Bytes + MemberBytes.Of(member) > bytesMax)
            {
                yield return part.Of(diff);
                part = new Part(PresenceKind.Changed);
            }

            part.Add(what, member);
        }

        yield return part.Of(diff);
    }

    private static (int List, Member Member) At(ServerFrame.PresenceDiff diff, int place)
    {
        IReadOnlyList<Member>[] lists = [diff.Left, diff.Joined, diff.Updated];
        var list = 0;
        while (place >= lists[list].Count)
            place -= lists[list++].Count;

        return (list, lists[list][place]);
    }

    /// <summary>One frame of several.</summary>
    private sealed class Part(PresenceKind kind)
    {
        private readonly List<Member>[] _lists = [[], [], []];

        internal int Bytes { get; private set; }

        internal void Add(int list, Member member)
        {
            _lists[list].Add(member);
            Bytes += MemberBytes.Of(member);
        }

        internal ServerFrame.PresenceDiff Of(ServerFrame.PresenceDiff whole) => whole with { Left = _lists[0], Joined = _lists[1], Updated = _lists[2], Kind = kind };
    }
}
