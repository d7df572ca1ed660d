using RealTimeActors.Protocol.Frames;
using static RealTimeActors.Protocol.Codecs.ProtoWriting;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The frames about state, presence and pages.</summary>
internal static partial class ProtobufServerWriter
{
    private static void WriteStateBody(ref ByteWriter w, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Mutated mutated:
                Text(ref w, 1, mutated.Result);
                Number(ref w, 2, mutated.Offset);
                Number(ref w, 3, mutated.Version);
                Bytes(ref w, 4, mutated.Value.Span);
                Text(ref w, 5, mutated.Epoch);
                Text(ref w, 6, mutated.Reason);
                Boolean(ref w, 7, mutated.Duplicate);
                Text(ref w, 8, mutated.Channel);
                Text(ref w, 9, mutated.Key);
                break;
            case ServerFrame.State state:
                Text(ref w, 1, state.Channel);
                Number(ref w, 2, state.Offset);
                WriteEntries(ref w, 3, state.Entries);
                Boolean(ref w, 4, state.Last);
                break;
            case ServerFrame.Change change:
                WriteChange(ref w, change);
                break;
            case ServerFrame.PresenceDiff diff:
                Text(ref w, 1, diff.Channel);
                WriteMembers(ref w, 2, diff.Joined);
                WriteMembers(ref w, 3, diff.Left);
                WriteMembers(ref w, 4, diff.Updated);
                Number(ref w, 5, diff.Count);
                Bytes(ref w, 6, Words.Of(diff.Kind));
                Text(ref w, 7, diff.Reason);
                break;
            case ServerFrame.Page page:
                Text(ref w, 1, page.Channel);
                Text(ref w, 2, page.What);
                Text(ref w, 3, page.Epoch);
                foreach (var e in page.Events)
                    WriteEventBody(ref w, 4, e, 0, EventBytes(e));

                WriteEntries(ref w, 5, page.Entries);
                WriteMembers(ref w, 6, page.Members);
                Optional(ref w, 7, page.Next);
                Optional(ref w, 8, page.Offset);
                Text(ref w, 9, page.NextKey);
                Optional(ref w, 10, page.Count);
                break;
        }
    }

    private static void WriteChange(ref ByteWriter w, ServerFrame.Change change)
    {
        Text(ref w, 1, change.Channel);
        Number(ref w, 2, change.Offset);
        Text(ref w, 3, change.Key);
        Number(ref w, 4, change.Version);
        if (change.Patch is { } patch)
            BytesAlways(ref w, 5, patch.Span);
        else if (change.Value is { } value)
            BytesAlways(ref w, 6, value.Span);
        else
            Boolean(ref w, 7, change.Deleted);

        Text(ref w, 8, change.MutationId);
        Text(ref w, 9, change.User);
    }

    private static void WriteEntries(ref ByteWriter w, int field, IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            var mark = Begin(ref w, field, 8 + entry.Key.Length + entry.Value.Length);
            Text(ref w, 1, entry.Key);
            Number(ref w, 2, entry.Version);
            Bytes(ref w, 3, entry.Value.Span);
            End(ref w, mark);
        }
    }

    private static void WriteMembers(ref ByteWriter w, int field, IReadOnlyList<Member> members)
    {
        foreach (var member in members)
        {
            var mark = Begin(ref w, field, 8 + member.Session.Length + member.State.Length);
            Text(ref w, 1, member.Session);
            Text(ref w, 2, member.User);
            Bytes(ref w, 3, member.State.Span);
            End(ref w, mark);
        }
    }
}
