using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Server.CommandLine;
using SQLitePCL;

namespace RealTimeActors.Server.Tests.CommandLine;

/// <summary>What <c>realtime verify</c> finds in a store that a real node has filled.</summary>
public sealed class StoreVerificationTests : IDisposable
{
    private static readonly string[] _channels = ["funding.a", "funding.b"];
    private readonly SignedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Finds_nothing_wrong_with_what_was_written()
    {
        await _store.FillAsync(20, _channels);

        var verified = _store.Verify();

        Assert.Empty(verified.Faults);
        Assert.Equal((2, 40), (verified.Channels, verified.Events));
        Assert.InRange(verified.Checkpoints, 1, int.MaxValue);
    }

    [Fact]
    public async Task Finds_ten_thousand_of_ten_thousand_changes_of_a_single_byte()
    {
        await _store.FillAsync(12, _channels);
        using var held = _store.HoldOpen();
        var rows = Rows();
        var chance = new Random(20261121);
        var missed = new List<string>();
        for (var i = 0; i < 10_000;)
        {
            var row = rows[chance.Next(rows.Count)];
            var change = OneByte(row, chance);
            var isDone = false;
            _store.Change(database => isDone = change.Do(database));
            if (!isDone)
                continue;

            i++;
            if (_store.Verify().Faults.Count == 0)
                missed.Add(change.What);

            _store.Change(database => change.Undo(database));
        }

        Assert.Empty(missed);
        Assert.Empty(_store.Verify().Faults);
    }

    [Fact]
    public async Task Names_the_first_event_that_was_changed_although_the_checksum_was_made_right_again()
    {
        await _store.FillAsync(20, _channels);
        var row = Rows().Single(row => row.Stream == "channel/funding.b" && row.Last == 7);
        var at = row.Payload.AsSpan().IndexOf("canary-07"u8);
        var changed = row.Payload.ToArray();
        changed[at] = (byte)'C';

        _store.Change(database => Write(database, row with { Payload = changed, Checksum = StoredRow.Crc(row, changed) }, row));

        var fault = Assert.Single(_store.Verify().Faults);
        Assert.Equal(("funding.b", 7L), (fault.Channel, fault.Offset));
        Assert.Contains("hash", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_first_event_that_was_dropped_and_the_first_of_two_that_were_swapped()
    {
        await _store.FillAsync(20, _channels);
        var rows = Rows().Where(row => row.Stream == "channel/funding.b").ToList();
        var (one, other) = (rows.Single(row => row.Last == 5), rows.Single(row => row.Last == 11));

        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a') AND last = 9");
        _store.Change(database =>
        {
            Write(database, one with { Payload = other.Payload, Checksum = StoredRow.Crc(one, other.Payload) }, one);
            Write(database, other with { Payload = one.Payload, Checksum = StoredRow.Crc(other, one.Payload) }, other);
        });

        Assert.Equal([("funding.a", 9L), ("funding.b", 5L)], _store.Verify().Faults.Select(fault => (fault.Channel, fault.Offset)));
    }

    [Fact]
    public async Task Names_the_end_of_a_log_that_was_cut_and_the_log_that_was_dropped()
    {
        await _store.FillAsync(20, _channels);

        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a') AND last > 15");
        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.b'); DELETE FROM streams WHERE name = 'channel/funding.b'");

        Assert.Equal([("funding.a", 16L), ("funding.b", 1L)], _store.Verify().Faults.Select(fault => (fault.Channel, fault.Offset)));
    }

    [Fact]
    public async Task Says_what_it_does_not_vouch_for()
    {
        await _store.FillAsync(10, _channels);
        var whole = _store.Verify();

        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = '$checkpoints'); DELETE FROM streams WHERE name = '$checkpoints'");
        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a') AND last <= 4; UPDATE streams SET trim = 4, reclaimed = 4 WHERE name = 'channel/funding.a'");
        var rest = _store.Verify();

        Assert.Equal((0L, 0), (whole.Unsigned, whole.Shortened.Count));
        Assert.Empty(rest.Faults);
        Assert.Equal((0, 16L, 16L), (rest.Checkpoints, rest.Events, rest.Unsigned));
        Assert.Equal([("funding.a", 5L)], rest.Shortened);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_from_outside_finds_the_store_that_was_put_back_to_an_older_copy(bool withHeads)
    {
        await _store.FillAsync(10, _channels);
        var copy = Path.Combine(_store.Directory, "older.db");
        File.Copy(Path.Combine(_store.Directory, "journal.db"), copy);
        string? kept = null;
        await _store.RunAsync(async (node, engine) =>
        {
            for (var i = 0; i < 5; i++)
                await node.PublishAsync("funding.b", "grant.updated", new { grant = i });

            kept = _store.Keep(await SignedStore.SignedAsync(engine, ["funding.b"], 15), withHeads);
        });
        Assert.Empty(_store.Verify(kept).Faults);

        File.Copy(copy, Path.Combine(_store.Directory, "journal.db"), overwrite: true);

        Assert.Empty(_store.Verify().Faults);
        var faults = _store.Verify(kept).Faults;
        Assert.Contains("older copy", faults[0].What, StringComparison.Ordinal);
        Assert.Equal(withHeads, faults.Any(fault => (fault.Channel, fault.Offset) == ("funding.b", 11)));
    }

    [Fact]
    public async Task A_log_that_was_written_anew_with_all_its_hashes_is_found_by_what_was_signed()
    {
        using var other = new SignedStore();
        await _store.FillAsync(10, _channels);
        await other.FillAsync(10, _channels);

        // Another log, whole in itself, in the place of this one.
        var theirs = other.Rows().Where(row => row.Stream == "channel/funding.a").ToArray();
        var ours = Rows().Where(row => row.Stream == "channel/funding.a").ToArray();
        _store.Execute("DELETE FROM rows WHERE stream = (SELECT id FROM streams WHERE name = 'channel/funding.a')");
        _store.Change(database =>
        {
            foreach (var row in theirs)
                Insert(database, row with { Id = ours[0].Id, Checksum = StoredRow.Crc(row with { Id = ours[0].Id }, row.Payload) });
        });

        var fault = Assert.Single(_store.Verify().Faults);
        Assert.Equal("funding.a", fault.Channel);
        Assert.Contains("checkpoint", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoints_are_trusted_by_their_key_only()
    {
        await _store.FillAsync(3, _channels);
        var key = Path.Combine(_store.Directory, CheckpointKeyFile.Name);
        using var other = new SignedStore();
        var otherKey = CheckpointKeyFile.EnsureIn(other.Directory);

        Assert.Empty(_store.Verify(null, key).Faults);
        Assert.Contains("--key", Assert.Single(_store.Verify(null, otherKey).Faults).What, StringComparison.Ordinal);

        File.Delete(key);
        Assert.Contains("--key", Assert.Single(_store.Verify().Faults).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_proves_nothing_is_told_so()
    {
        await _store.FillAsync(3, _channels);
        var file = Path.Combine(_store.Directory, "kept.json");
        await File.WriteAllTextAsync(file, "{}");

        Assert.Contains("'number' is expected", Assert.Throws<CommandException>(() => _store.Verify(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_is_made_once_for_its_owner_only_and_another_kind_is_refused()
    {
        var path = CheckpointKeyFile.EnsureIn(_store.Directory);
        var text = File.ReadAllText(path);

        Assert.Equal((path, text), (CheckpointKeyFile.EnsureIn(_store.Directory), File.ReadAllText(path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(path));
        CheckpointKeyFile.Load(path).Dispose();

        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        File.WriteAllText(path, rsa.ExportPkcs8PrivateKeyPem());
        var refused = Assert.Throws<IOException>(() => CheckpointKeyFile.Load(path));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(rsa.ExportPkcs8PrivateKeyPem()[40..60], refused.Message, StringComparison.Ordinal);
    }

    private List<StoredRow> Rows() => _store.Rows();

    private static OneChange OneByte(StoredRow row, Random chance)
    {
        // Nearly all bytes are payload; the others would hardly ever be drawn.
        var column = chance.Next(4) > 0 ? 5 : chance.Next(5);
        if (column == 5)
        {
            var changed = row.Payload.ToArray();
            var at = chance.Next(changed.Length);
            changed[at] = (byte)(changed[at] ^ (1 + chance.Next(255)));
            return new OneChange($"payload of {row.Stream} {row.Last} at {at}", row, row with { Payload = changed });
        }

        var (shift, with) = (8 * chance.Next(4), 1 + chance.Next(255));
        var mask = (long)with << shift;
        return new OneChange($"column {column} of {row.Stream} {row.Last} by {mask}", row, column switch
        {
            0 => row with { Id = row.Id ^ mask },
            1 => row with { Last = row.Last ^ mask },
            2 => row with { Count = row.Count ^ mask },
            3 => row with { WrittenMs = row.WrittenMs ^ mask },
            _ => row with { Checksum = row.Checksum ^ mask },
        });
    }

    private static void Write(sqlite3 database, StoredRow row, StoredRow instead) => new OneChange("", instead, row).Do(database);

    private static void Insert(sqlite3 database, StoredRow row) => StoredRow.Run(
        database, "INSERT INTO rows (stream, last, count, written_ms, checksum, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row);

    private sealed record OneChange(string What, StoredRow Before, StoredRow After)
    {
        /// <summary>False: another row is where it would come to lie.</summary>
        internal bool Do(sqlite3 database) => Put(database, Before, After);

        internal bool Undo(sqlite3 database) => Put(database, After, Before);

        private static bool Put(sqlite3 database, StoredRow from, StoredRow to) => StoredRow.TryRun(
            database, $"UPDATE rows SET stream = ?1, last = ?2, count = ?3, written_ms = ?4, checksum = ?5, payload = ?6 WHERE stream = {from.Id} AND last = {from.Last}", to);
    }
}
