using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.States;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.States;

public sealed class FileStateCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_document_comes_back_as_it_was()
    {
        var cache = new FileStateCache(_folder);
        var state = new KeptState("funding:grants", "e1", 42, ["amount", "name"], [new Entry("ä", 3, "{\"amount\":1.50}"u8.ToArray()), new Entry("b", 1, "\"\\u00e9\""u8.ToArray())]);
        await cache.SaveAsync(state, CancellationToken.None);

        var loaded = await new FileStateCache(_folder).LoadAsync("funding:grants", CancellationToken.None);

        Assert.Equal(("funding:grants", "e1", 42), (loaded!.Channel, loaded.Epoch, loaded.Offset));
        Assert.Equal(state.Fields, loaded.Fields);
        Assert.Equal(state.Entries.Select(Text), loaded.Entries.Select(Text));
        Assert.Null(await cache.LoadAsync("funding.grants", CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_was_changed_anywhere_is_as_good_as_none()
    {
        var cache = new FileStateCache(_folder);
        await cache.SaveAsync(new KeptState("grants", "e1", 42, null, [new Entry("a", 3, "1"u8.ToArray())]), CancellationToken.None);
        var file = Assert.Single(Directory.GetFiles(_folder));
        var bytes = await File.ReadAllBytesAsync(file);

        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
            Assert.Null(await cache.LoadAsync("grants", CancellationToken.None));
            bytes[at] ^= 1;
        }

        await File.WriteAllBytesAsync(file, bytes[..20]);
        Assert.Null(await cache.LoadAsync("grants", CancellationToken.None));
    }

    private static string Text(Entry entry) => $"{entry.Key} {entry.Version} {Encoding.UTF8.GetString(entry.Value.Span)}";
}
