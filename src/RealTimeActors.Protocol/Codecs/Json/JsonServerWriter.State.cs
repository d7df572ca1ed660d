using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The frames about state, presence and pages.</summary>
internal static partial class JsonServerWriter
{
    private static void WriteStateBody(ref ByteWriter w, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Mutated mutated:
                WriteMutated(ref w, mutated);
                break;
            case ServerFrame.State state:
                WriteState(ref w, state);
                break;
            case ServerFrame.Change change:
                WriteChange(ref w, change);
                break;
            case ServerFrame.PresenceDiff diff:
                w.Raw("\"presence\":{\"channel\":"u8);
                JsonWriting.String(ref w, diff.Channel);
                if (diff.Kind is not PresenceKind.Changed)
                {
                    w.Raw(",\"kind\":"u8);
                    JsonWriting.Word(ref w, Words.Of(diff.Kind));
                }

                w.Raw(",\"joined\":["u8);
                WriteMembers(ref w, diff.Joined);
                w.Raw("],\"left\":["u8);
                WriteMembers(ref w, diff.Left);
                w.Raw("],\"updated\":["u8);
                WriteMembers(ref w, diff.Updated);
                w.Raw("],\"count\":"u8);
                JsonWriting.Number(ref w, diff.Count);
                JsonWriting.Optional(ref w, ",\"reason\":"u8, diff.Reason);
                w.Byte((byte)'}');
                break;
            case ServerFrame.Page page:
                WritePage(ref w, page);
                break;
            default:
                throw new ArgumentException($"{frame.GetType().Name} is not for the wire.", nameof(frame));
        }
    }

    private static void WriteMutated(ref ByteWriter w, ServerFrame.Mutated mutated)
    {
        w.Raw("\"mutated\":{\"result\":"u8);
        JsonWriting.String(ref w, mutated.Result);
        JsonWriting.Optional(ref w, ",\"channel\":"u8, mutated.Channel);
        JsonWriting.Optional(ref w, ",\"key\":"u8, mutated.Key);
        JsonWriting.Optional(ref w, ",\"epoch\":"u8, mutated.Epoch);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, mutated.Offset);
        w.Raw(",\"version\":"u8);
        JsonWriting.Number(ref w, mutated.Version);

        // No value is not null: null is a value that an entry may have.
        if (!mutated.Value.IsEmpty)
        {
            w.Raw(",\"value\":"u8);
            w.Raw(mutated.Value.Span);
        }

        JsonWriting.Optional(ref w, ",\"reason\":"u8, mutated.Reason);
        if (mutated.Duplicate)
            w.Raw(",\"duplicate\":true"u8);

        w.Byte((byte)'}');
    }

    private static void WriteState(ref ByteWriter w, ServerFrame.State state)
    {
        w.Raw("\"state\":{\"channel\":"u8);
        JsonWriting.String(ref w, state.Channel);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, state.Offset);
        w.Raw(",\"entries\":{"u8);
        for (var i = 0; i < state.Entries.Count; i++)
        {
            if (i > 0)
                w.Byte((byte)',');

            JsonWriting.String(ref w, state.Entries[i].Key);
            w.Raw(":{\"version\":"u8);
            JsonWriting.Number(ref w, state.Entries[i].Version);
            w.Raw(",\"value\":"u8);
            JsonWriting.Value(ref w, state.Entries[i].Value.Span);
            w.Byte((byte)'}');
        }

        w.Raw("},\"last\":"u8);
        JsonWriting.Boolean(ref w, state.Last);
        w.Byte((byte)'}');
    }

    private static void WriteChange(ref ByteWriter w, ServerFrame.Change change)
    {
        w.Raw("\"change\":{\"channel\":"u8);
        JsonWriting.String(ref w, change.Channel);
        w.Raw(",\"offset\":"u8);
        JsonWriting.Number(ref w, change.Offset);
        w.Raw(",\"key\":"u8);
        JsonWriting.String(ref w, change.Key);
        w.Raw(",\"version\":"u8);
        JsonWriting.Number(ref w, change.Version);
        if (change.Patch is { } patch)
        {
            w.Raw(",\"patch\":"u8);
            JsonWriting.Value(ref w, patch.Span);
        }
        else if (change.Value is { } value)
        {
            w.Raw(",\"value\":"u8);
            JsonWriting.Value(ref w, value.Span);
        }
        else if (change.Deleted)
        {
            w.Raw(",\"deleted\":true"u8);
        }

        JsonWriting.Optional(ref w, ",\"mutationId\":"u8, change.MutationId);
        JsonWriting.Optional(ref w, ",\"user\":"u8, change.User);
        w.Byte((byte)'}');
    }

    private static void WriteMembers(ref ByteWriter w, IReadOnlyList<Member> members)
    {
        for (var i = 0; i < members.Count; i++)
        {
            w.Raw(i > 0 ? ",{\"session\":"u8 : "{\"session\":"u8);
            JsonWriting.String(ref w, members[i].Session);
            JsonWriting.Optional(ref w, ",\"user\":"u8, members[i].User);
            w.Raw(",\"state\":"u8);
            JsonWriting.Value(ref w, members[i].State.Span);
            w.Byte((byte)'}');
        }
    }

    private static void WritePage(ref ByteWriter w, ServerFrame.Page page)
    {
        w.Raw("\"page\":{\"channel\":"u8);
        JsonWriting.String(ref w, page.Channel);
        w.Raw(",\"what\":"u8);
        JsonWriting.String(ref w, page.What);
        JsonWriting.Optional(ref w, ",\"epoch\":"u8, page.Epoch);
        JsonWriting.Optional(ref w, ",\"offset\":"u8, page.Offset);
        JsonWriting.Optional(ref w, ",\"count\":"u8, page.Count);
        w.Raw(",\"items\":["u8);
        for (var i = 0; i < page.Events.Count; i++)
        {
            if (i > 0)
                w.Byte((byte)',');

            WriteEventBody(ref w, page.Events[i], 0);
        }

        for (var i = 0; i < page.Entries.Count; i++)
        {
            w.Raw(i > 0 ? ",{\"key\":"u8 : "{\"key\":"u8);
            JsonWriting.String(ref w, page.Entries[i].Key);
            w.Raw(",\"version\":"u8);
            JsonWriting.Number(ref w, page.Entries[i].Version);
            w.Raw(",\"value\":"u8);
            JsonWriting.Value(ref w, page.Entries[i].Value.Span);
            w.Byte((byte)'}');
        }

        WriteMembers(ref w, page.Members);
        w.Raw("],\"next\":"u8);
        if (page.Next is { } next)
        {
            w.Raw("{\"epoch\":"u8);
            JsonWriting.String(ref w, page.Epoch);
            w.Raw(",\"offset\":"u8);
            JsonWriting.Number(ref w, next);
            w.Byte((byte)'}');
        }
        else
        {
            w.Raw("null"u8);
        }

        JsonWriting.Optional(ref w, ",\"nextKey\":"u8, page.NextKey);
        w.Byte((byte)'}');
    }
}
