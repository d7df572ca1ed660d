using System.Text;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>What clients do with the state of a channel.</summary>
internal static class StateSteps
{
    /// <summary>Changes an entry and takes the answer; what came before it stays to be taken.</summary>
    internal static ServerFrame.Mutated Mutate(this TestClient client, string channel, string key, string operation, string? value, string more = "") =>
        Assert.IsType<ServerFrame.Mutated>(client.Ask(MutateFrame(channel, key, operation, value, more)));

    /// <summary>Wants to change an entry and is refused.</summary>
    internal static ErrorCode CannotMutate(this TestClient client, string channel, string key, string operation, string? value, string more = "") =>
        Assert.IsType<ServerFrame.Error>(client.Ask(MutateFrame(channel, key, operation, value, more))).Code;

    /// <summary>The frame, with this id.</summary>
    internal static string MutateFrame(string channel, string key, string operation, string? value, string more = "", int id = 77) =>
        $$$"""{"id":{{{id}}},"mutate":{"channel":"{{{channel}}}","key":"{{{key}}}","operation":"{{{operation}}}"{{{(value is null ? "" : $",\"value\":{value}")}}}{{{(more.Length > 0 ? $",{more}" : "")}}}}}""";

    /// <summary>Follows a channel in mode state.</summary>
    internal static string Follow(string channel = "a", string more = "") => $$$"""{"id":2,"subscribe":{"channel":"{{{channel}}}","mode":"state"{{{more}}}}}""";

    /// <summary>Makes so many entries in the channel <c>a</c>; the answers are taken.</summary>
    internal static void Fill(TestClient writer, int count)
    {
        for (var i = 0; i < count; i++)
            writer.Send(MutateFrame("a", $"k{i:000}", "set", $$"""{"n":{{i}},"text":"{{new string('x', 30)}}"}"""), settles: i % 50 == 49 || i == count - 1);

        Assert.Equal(count, writer.Frames.OfType<ServerFrame.Mutated>().Count());
        writer.Forget();
    }

    /// <summary>Reads the state, all pages of it, as of now or of an offset.</summary>
    internal static (long Offset, string Text) ReadState(this TestClient client, string channel, long? at = null, int limit = 1_000)
    {
        var entries = new List<Entry>();
        string? after = null;
        long offset;
        do
        {
            var page = client.ReadStatePage(channel, at, after, limit);
            entries.AddRange(page.Entries);
            after = page.NextKey;
            offset = page.Offset!.Value;
            at ??= after is null ? null : offset;
        }
        while (after is not null);

        return (offset, StateView.TextOf(entries));
    }

    internal static ServerFrame.Page ReadStatePage(this TestClient client, string channel, long? at = null, string? after = null, int limit = 1_000) => Assert.IsType<ServerFrame.Page>(client.Ask(
        $$$"""{"id":78,"read":{"channel":"{{{channel}}}","what":"state","limit":{{{limit}}}{{{(at is null ? "" : $",\"at\":{at}")}}}{{{(after is null ? "" : $",\"afterKey\":\"{after}\"")}}}}}"""));

    /// <summary>Sends a frame and finds its answer, wherever it stands among what came; nothing else is taken.</summary>
    internal static ServerFrame Ask(this TestClient client, string frame)
    {
        var id = long.Parse(frame.AsSpan(6, frame.IndexOf(',') - 6));
        var before = client.Frames.Count;
        client.Send(frame);
        return Assert.Single(client.Frames.Skip(before), answer => answer.Id == id);
    }

    internal static string TextOf(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
