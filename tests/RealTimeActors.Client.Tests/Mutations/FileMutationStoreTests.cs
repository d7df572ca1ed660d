using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;

namespace RealTimeActors.Client.Tests.Mutations;

public sealed class FileMutationStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;

    private string PathOfFile => Path.Combine(_folder, "edits");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_not_answered_comes_back_byte_by_byte_and_the_count_goes_on()
    {
        var first = Edit(1, """{"name":"Zoë \u00e9 \"x\"","n":1.50}""") with { IfVersion = 0, BaseVersion = 7 };
        var third = Edit(3, "") with { Operation = "delete", TimeUnixMs = null };
        await WriteAsync(new MutationRecord.Keep(first), new MutationRecord.Keep(Edit(2, "2")), new MutationRecord.Keep(third), new MutationRecord.Keep(Edit(4, "4")));
        await WriteAsync(new MutationRecord.Drop(2), new MutationRecord.Drop(4));

        var loaded = await LoadAsync();

        Assert.Null(loaded.Damage);
        Assert.Equal(("m-1", 4, 1_004), (loaded.Mutations!.Producer, loaded.Mutations.LastNumber, loaded.Mutations.LastTimeUnixMs));
        Assert.Equal([1, 3], loaded.Mutations.Pending.Select(mutation => mutation.Number));
        Assert.Equal(first with { Value = default }, loaded.Mutations.Pending[0] with { Value = default });
        Assert.Equal(first.Value.ToArray(), loaded.Mutations.Pending[0].Value.ToArray());
        Assert.Equal(third with { Value = default }, loaded.Mutations.Pending[1] with { Value = default });
        Assert.True(loaded.Mutations.Pending[1].Value.IsEmpty);
    }

    [Fact]
    public async Task Nothing_is_there_before_anything_was_kept()
    {
        var loaded = await LoadAsync();

        Assert.Equal((null, null, false), (loaded.Mutations, loaded.Damage, loaded.MayLoseEdits));
    }

    [Fact]
    public async Task What_is_kept_again_takes_the_place_of_what_was_kept_before()
    {
        await WriteAsync(new MutationRecord.Keep(Edit(1, "1") with { BaseVersion = 1 }), new MutationRecord.Keep(Edit(1, "1") with { BaseVersion = 9 }));

        Assert.Equal(9, Assert.Single((await LoadAsync()).Mutations!.Pending).BaseVersion);
    }

    [Fact]
    public async Task A_record_that_was_cut_off_is_told_put_aside_and_takes_nothing_else_with_it()
    {
        await WriteAsync(new MutationRecord.Keep(Edit(1, "1")), new MutationRecord.Keep(Edit(2, "2")));
        var whole = await File.ReadAllBytesAsync(PathOfFile);
        var lengths = Enumerable.Range(0, whole.Length);

        foreach (var length in lengths)
        {
            await File.WriteAllBytesAsync(PathOfFile, whole[..length]);
            var loaded = await LoadAsync();

            var lines = Encoding.UTF8.GetString(whole[..length]).Split('\n').Length - 1;
            Assert.Equal(Math.Max(0, lines - 1 - MarkLines(whole)), loaded.Mutations?.Pending.Count ?? 0);
            Assert.False(loaded.MayLoseEdits);
            var isCutWithin = length > 0 && whole[length - 1] != '\n';
            Assert.Equal(isCutWithin, loaded.Damage?.Contains("was not finished", StringComparison.Ordinal) ?? false);
        }

        var aside = Directory.GetFiles(_folder, "edits.damaged*");
        Assert.NotEmpty(aside);
        Assert.All(aside, file => Assert.NotEqual((byte)'\n', File.ReadAllBytes(file)[^1]));
    }

    [Fact]
    public async Task A_record_that_was_changed_is_told_and_the_others_are_used()
    {
        await WriteAsync(new MutationRecord.Keep(Edit(1, "1")), new MutationRecord.Keep(Edit(2, "2")), new MutationRecord.Keep(Edit(3, "3")));
        var bytes = await File.ReadAllBytesAsync(PathOfFile);
        bytes[Encoding.UTF8.GetString(bytes).IndexOf("\"number\":2", StringComparison.Ordinal) + 9]++;
        await File.WriteAllBytesAsync(PathOfFile, bytes);

        var loaded = await LoadAsync();

        Assert.Equal([1, 3], loaded.Mutations!.Pending.Select(mutation => mutation.Number));
        Assert.True(loaded.MayLoseEdits);
        Assert.Contains("1 records are not what was written", loaded.Damage, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(PathOfFile + ".damaged"));
        Assert.Null((await LoadAsync()).Damage);
    }

    [Fact]
    public async Task A_file_of_something_else_is_left_alone()
    {
        await File.WriteAllTextAsync(PathOfFile, "my diary\n");

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(LoadAsync);

        Assert.Contains(PathOfFile, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("my diary\n", await File.ReadAllTextAsync(PathOfFile));
    }

    [Fact]
    public async Task One_client_at_a_time()
    {
        var store = new FileMutationStore(PathOfFile);
        await store.LoadAsync(CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<IOException>(LoadAsync);
        Assert.Contains("One client at a time", refusal.Message, StringComparison.Ordinal);
        await store.ReleaseAsync();

        await LoadAsync();
    }

    [Fact]
    public async Task Does_not_grow_with_what_is_answered_and_only_its_owner_can_read_it()
    {
        var store = new FileMutationStore(PathOfFile);
        await store.LoadAsync(CancellationToken.None);
        var value = $"\"{new string('x', 10_000)}\"";
        for (var number = 1; number <= 200; number++)
            await store.WriteAsync([new MutationRecord.Keep(Edit(number, value)), new MutationRecord.Drop(number - 2)], CancellationToken.None);

        Assert.InRange(new FileInfo(PathOfFile).Length, 1, 600_000);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfFile));
        await store.ReleaseAsync();
        Assert.Equal([199, 200], (await LoadAsync()).Mutations!.Pending.Select(mutation => mutation.Number));
    }

    private static int MarkLines(byte[] content) => Encoding.UTF8.GetString(content).Contains("\"mark\"", StringComparison.Ordinal) ? 1 : 0;

    private static PendingMutation Edit(long number, string value) => new()
    {
        Channel = "funding.grants",
        Key = "grant-7 ✓",
        Operation = "set",
        Value = Encoding.UTF8.GetBytes(value),
        Producer = "m-1",
        Number = number,
        TimeUnixMs = 1_000 + number,
    };

    private async Task WriteAsync(params MutationRecord[] records)
    {
        var store = new FileMutationStore(PathOfFile);
        await store.LoadAsync(CancellationToken.None);
        await store.WriteAsync(records, CancellationToken.None);
        await store.ReleaseAsync();
    }

    private async Task<LoadedMutations> LoadAsync()
    {
        var store = new FileMutationStore(PathOfFile);
        try
        {
            return await store.LoadAsync(CancellationToken.None);
        }
        finally
        {
            await store.ReleaseAsync();
        }
    }
}
