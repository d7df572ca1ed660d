using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractFact]
    public async Task Lists_streams_by_prefix_in_ordinal_order()
    {
        string[] names = ["channel/b", "channel/a", "channel/a.b", "channel/a:b", "channel/B", "channel/a_b", "channel", "channels/a", "session/a"];
        foreach (var name in names)
            await AppendAsync(new StreamId(name), Row(1));

        var listed = await ListAsync("channel/");

        Assert.Equal("channel/", listed.Prefix);
        Assert.Equal(
            ["channel/B", "channel/a", "channel/a.b", "channel/a:b", "channel/a_b", "channel/b"],
            listed.Streams.Select(stream => stream.Stream.Value));
    }

    [ContractFact]
    public async Task Lists_page_by_page()
    {
        foreach (var i in Enumerable.Range(0, 25))
            await AppendAsync(new StreamId($"session/s-{i:00}"), Row(1));
        await AppendAsync(Stream, Row(1));

        var names = new List<string>();
        while (true)
        {
            var page = await ListAsync("session/", names.LastOrDefault(""), limit: 10);
            Assert.True(page.Streams.Count <= 10);
            if (page.Streams.Count == 0)
                break;

            names.AddRange(page.Streams.Select(stream => stream.Stream.Value));
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"session/s-{i:00}"), names);
    }

    [ContractFact]
    public async Task Lists_the_bounds_of_each_stream()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3));
        await AppendAsync(Other, Row(1));
        await TrimAsync(Stream, 1);
        await TrimAsync(Other, 1);

        var listed = (await ListAsync("channel/")).Streams;

        Assert.Equal([(Stream, 1, 4), (Other, 1, 1)], listed.Select(stream => (stream.Stream, stream.Trim, stream.Last)));
        Assert.All(listed, stream => Assert.True(stream.LastWriteUnixMs > 900_000_000_000));
    }
}
