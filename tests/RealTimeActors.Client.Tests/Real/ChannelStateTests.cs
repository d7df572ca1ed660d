using System.Text;
using System.Threading.Channels;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;
using RealTimeActors.Client.States;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>States over real sockets and files; what the server says is up to the test.</summary>
public sealed class ChannelStateTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtime-").FullName;
    private readonly Channel<StateChange> _changes = Channel.CreateUnbounded<StateChange>();
    private readonly Channel<MutationOutcome> _decided = Channel.CreateUnbounded<MutationOutcome>();
    private ScriptedServer _server = null!;

    private string Edits => Path.Combine(_folder, "edits");

    public async Task InitializeAsync() => _server = await ScriptedServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(WireFormat.WebSocketProtobuf)]
    [InlineData(WireFormat.WebSocketJson)]
    public async Task Is_read_edited_and_told_in_either_encoding(WireFormat format)
    {
        await using var client = NewClient(options => options with { Format = format });
        var server = await ConnectAsync(client);
        await using var grants = await client.StateAsync("grants", Watched(), _server.Deadline);
        Assert.Empty(grants);
        await TakeUpAsync(server, 7, new Entry("b", 4, "{\"amount\":2}"u8.ToArray()), new Entry("a", 1, "{\"amount\":1}"u8.ToArray()));
        await grants.Ready.WaitAsync(_server.Deadline);

        Assert.Equal(["a", "b"], grants.Select(entry => entry.Key));
        Assert.Equal(2, grants.Get<Grant>("b")!.Amount);
        Assert.True(grants.TryGet("a", out var entry));
        Assert.Equal((1, true), (entry.Version, entry.IsConfirmed));
        Assert.False(grants.TryGet("c", out _));
        Assert.Null(grants.Get<Grant>("c"));
        Assert.Equal(["a", "b"], [(await NextChangeAsync()).Key, (await NextChangeAsync()).Key]);

        var edit = await grants.MergeAsync("a", new { Amount = 5 }, new EditOptions { IfVersion = 1 }, _server.Deadline);
        Assert.Equal(5, grants.Get<Grant>("a")!.Amount);
        Assert.Equal((StateChangeCause.Edited, false), await NextCauseAsync());
        var frame = await server.NextAsync<ClientFrame.Mutate>();
        Assert.Equal(("a", "merge", """{"amount":5}""", 1, 1), (frame.Key, frame.Operation, Encoding.UTF8.GetString(frame.Value.Span), frame.IfVersion, frame.BaseVersion));
        await server.SendAsync(new ServerFrame.Mutated { Id = frame.Id, Result = "rejected", Channel = "grants", Key = "a", Epoch = "e1", Offset = 7, Version = 2, Value = "{\"amount\":9}"u8.ToArray(), Reason = "version 2 is there" });

        var outcome = await edit.Outcome.WaitAsync(_server.Deadline);
        Assert.Equal((MutationResult.Rejected, 2, 9, "version 2 is there"), (outcome.Result, outcome.Version, outcome.Read<Grant>()!.Amount, outcome.Reason));
        var rolledBack = await NextChangeAsync();
        Assert.Equal((StateChangeCause.RolledBack, true, "version 2 is there"), (rolledBack.Cause, rolledBack.IsConfirmed, rolledBack.Outcome?.Reason));
        Assert.Equal(1, grants.Get<Grant>("a")!.Amount);

        await server.SendAsync(new ServerFrame.Change { Channel = "grants", Offset = 8, Key = "b", Version = 5, Deleted = true, User = "u2" });
        var deleted = await NextChangeAsync();
        Assert.Equal(("b", "u2", null), (deleted.Key, deleted.User, deleted.After));
        Assert.Single(grants);
    }

    [Fact]
    public async Task Every_operation_goes_out_as_the_contract_has_it()
    {
        await using var client = NewClient(options => options);
        var server = await ConnectAsync(client);
        await using var grants = await client.StateAsync("grants", cancellationToken: _server.Deadline);

        await grants.SetAsync("a", new Grant(1));
        await grants.IncrementAsync("b", new { Votes = 2 });
        await grants.AddAsync("c", new { Tags = new[] { "x" } });
        await grants.RemoveAsync("d", new { Tags = new[] { "x" } });
        await grants.DeleteAsync("e");
        await grants.EditAsync("f", "merge", """ { "n" : 1 } """u8.ToArray());

        string[] expected = ["set a {\"amount\":1}", "increment b {\"votes\":2}", "add c {\"tags\":[\"x\"]}", "remove d {\"tags\":[\"x\"]}", "delete e ", "merge f {\"n\":1}"];
        foreach (var line in expected)
        {
            var frame = await server.NextAsync<ClientFrame.Mutate>();
            Assert.Equal(line, $"{frame.Operation} {frame.Key} {Encoding.UTF8.GetString(frame.Value.Span)}");
        }

        await Assert.ThrowsAsync<ArgumentException>(() => grants.EditAsync("a", "shuffle", "1"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => grants.EditAsync("a", "set", "{"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => grants.EditAsync("a", "delete", "1"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => grants.DeleteAsync(""));
    }

    [Fact]
    public async Task States_and_histories_are_read_in_pages()
    {
        await using var client = NewClient(options => options);
        var server = await ConnectAsync(client);

        var reading = client.ReadStateAsync("grants", at: 9, afterKey: "a", limit: 2, cancellationToken: _server.Deadline);
        var read = await server.NextAsync<ClientFrame.Read>();
        Assert.Equal(("state", 9, "a", 2, null), (read.What, read.At, read.AfterKey, read.Limit, read.Key));
        await server.SendAsync(new ServerFrame.Page { Id = read.Id, Channel = "grants", What = "state", Epoch = "e1", Offset = 9, Entries = [new Entry("b", 3, "1"u8.ToArray())], NextKey = "b" });
        var page = await reading;
        Assert.Equal(("e1", 9, "b", "b"), (page.Epoch, page.Offset, page.NextKey, Assert.Single(page.Entries).Key));

        var asking = client.ReadHistoryAsync("grants", "b", cancellationToken: _server.Deadline);
        var asked = await server.NextAsync<ClientFrame.Read>();
        Assert.Equal(("history", "b", From.Earliest), (asked.What, asked.Key, asked.From));
        await server.SendAsync(new ServerFrame.Page { Id = asked.Id, Channel = "grants", What = "history", Epoch = "e1", Next = 4 });
        Assert.Equal(4, (await asking).Next);
    }

    [Fact]
    public async Task Edits_made_offline_survive_the_process_and_are_told_to_the_next()
    {
        PendingMutation kept;
        await using (var offline = NewClient(options => options with { MutationStore = new FileMutationStore(Edits) }))
        {
            await offline.StartAsync(_server.Deadline);
            var grants = await offline.StateAsync("grants", cancellationToken: _server.Deadline);
            var edit = await grants.IncrementAsync("a", new { Votes = 1 }, cancellationToken: _server.Deadline);
            kept = edit.Mutation;
            Assert.Equal("""{"votes":1}""", Encoding.UTF8.GetString(grants.Single().Value.Span));

            // It has come to a server that says nothing: otherwise it might close before it has come at all, and nobody would know whose the next connection is.
            var silent = await _server.NextConnectionAsync();
            await offline.CloseAsync(keepSession: true);
            silent.Abort();

            var ended = await Assert.ThrowsAsync<RealTimeException>(() => edit.Outcome);
            Assert.True(ended.MayBeInLog);
        }

        await using var next = NewClient(options => options with { MutationStore = new FileMutationStore(Edits) });
        var server = await ConnectAsync(next);
        var frame = await server.NextAsync<ClientFrame.Mutate>();
        Assert.Equal((kept.MutationId, kept.TimeUnixMs), (frame.MutationId, frame.TimeUnixMs));
        await server.SendAsync(new ServerFrame.Mutated { Id = frame.Id, Result = "applied", Channel = "grants", Epoch = "e1", Offset = 8, Version = 1, Value = frame.Value });

        Assert.Equal(kept.MutationId, (await _decided.Reader.ReadAsync(_server.Deadline)).Mutation.MutationId);
        await next.CloseAsync(keepSession: true);
        var store = new FileMutationStore(Edits);
        Assert.Empty((await store.LoadAsync(_server.Deadline)).Mutations!.Pending);
        await store.ReleaseAsync();
    }

    [Fact]
    public async Task An_edit_that_cannot_be_kept_is_not_made()
    {
        await using var client = NewClient(options => options with { MutationStore = new FullStore() });
        var server = await ConnectAsync(client);
        await using var grants = await client.StateAsync("grants", cancellationToken: _server.Deadline);

        var refusal = await Assert.ThrowsAsync<RealTimeException>(() => grants.SetAsync("a", 1));

        Assert.Equal(RejectReason.NotKept, refusal.Reason);
        Assert.Empty(grants);
        await server.NextAsync<ClientFrame.Subscribe>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_outcome_of_an_edit_comes_when_the_store_has_let_go_of_it_also_while_the_client_is_closed(bool closes)
    {
        var store = new SlowStore();
        await using var client = NewClient(options => options with { MutationStore = store });
        var server = await ConnectAsync(client);
        await using var grants = await client.StateAsync("grants", cancellationToken: _server.Deadline);
        var edit = await grants.SetAsync("a", 1, new EditOptions { IfVersion = 9 });
        var frame = await server.NextAsync<ClientFrame.Mutate>();

        await server.SendAsync(new ServerFrame.Mutated { Id = frame.Id, Result = "rejected", Channel = "grants", Epoch = "e1", Reason = "no" });
        await store.Dropping.WaitAsync(_server.Deadline);
        var closing = closes ? client.CloseAsync(keepSession: true) : Task.CompletedTask;
        Assert.False(edit.Outcome.IsCompleted);
        Assert.Single(grants);
        store.LetGo();

        Assert.Equal(MutationResult.Rejected, (await edit.Outcome.WaitAsync(_server.Deadline)).Result);
        await closing;
    }

    [Fact]
    public async Task Kept_edits_that_cannot_be_read_stop_the_client_once_unless_somebody_is_told()
    {
        await using (var client = NewClient(options => options with { MutationStore = new FileMutationStore(Edits) }))
        {
            await client.StartAsync(_server.Deadline);
            await (await client.StateAsync("grants")).SetAsync("a", 1);
        }

        await using var told = NewClient(options => options with { MutationStore = new FileMutationStore(Edits), MutationsDamaged = damage => Assert.Contains(Edits, damage, StringComparison.Ordinal) });
        await File.AppendAllTextAsync(Edits, "0123456789abcdef {}\n");
        await told.StartAsync(_server.Deadline);
        await told.DisposeAsync();

        await File.AppendAllTextAsync(Edits, "0123456789abcdef {}\n");
        await using var untold = NewClient(options => options with { MutationStore = new FileMutationStore(Edits) });
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => untold.StartAsync(_server.Deadline));
        Assert.Contains("are not what was written", refusal.Message, StringComparison.Ordinal);
        await untold.StartAsync(_server.Deadline);
    }

    [Fact]
    public async Task A_kept_document_is_there_at_once_and_only_its_changes_are_asked_for()
    {
        await using (var client = NewClient(options => options))
        {
            var server = await ConnectAsync(client);
            var grants = await client.StateAsync("grants", Watched() with { Cache = new FileStateCache(_folder) });
            await TakeUpAsync(server, 7, new Entry("a", 1, "{\"amount\":1}"u8.ToArray()));
            await NextChangeAsync();
        }

        await using var next = NewClient(options => options);
        await next.StartAsync(_server.Deadline);
        await using var again = await next.StateAsync("grants", new StateOptions { Cache = new FileStateCache(_folder) });
        await again.Ready.WaitAsync(_server.Deadline);
        Assert.Equal(1, again.Get<Grant>("a")!.Amount);

        var connection = await _server.GreetAsync();
        var from = connection.Hello.Subscriptions.Count > 0 ? connection.Hello.Subscriptions[0].From : (await connection.NextAsync<ClientFrame.Subscribe>()).From;
        Assert.Equal(new From.Position("e1", 7), from);
    }

    [Fact]
    public async Task A_state_that_is_refused_says_so_and_one_whose_handler_throws_is_left()
    {
        await using var client = NewClient(options => options);
        var server = await ConnectAsync(client);
        var refused = await client.StateAsync("secrets", cancellationToken: _server.Deadline);
        var asked = await server.NextAsync<ClientFrame.Subscribe>();
        await server.SendAsync(new ServerFrame.Error(ErrorCode.Forbidden, "not yours") { Id = asked.Id });
        Assert.Equal(ErrorCode.Forbidden, (await Assert.ThrowsAsync<RealTimeException>(() => refused.Ready.WaitAsync(_server.Deadline))).Error);

        var grants = await client.StateAsync("grants", new StateOptions { Changed = (_, _) => throw new InvalidTimeZoneException() }, _server.Deadline);
        await TakeUpAsync(server, 7, new Entry("a", 1, "1"u8.ToArray()));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => grants.Completion.WaitAsync(_server.Deadline));
        Assert.Equal("grants", (await server.NextAsync<ClientFrame.Unsubscribe>()).Channel);
        Assert.Single(grants);
    }

    private StateOptions Watched() => new()
    {
        Changed = async (changes, cancel) =>
        {
            foreach (var change in changes)
                await _changes.Writer.WriteAsync(change, cancel);
        },
    };

    private ValueTask<StateChange> NextChangeAsync() => _changes.Reader.ReadAsync(_server.Deadline);

    private async Task<(StateChangeCause, bool)> NextCauseAsync() => await NextChangeAsync() is var change ? (change.Cause, change.IsConfirmed) : default;

    private static async Task TakeUpAsync(ServerConnection server, long offset, params Entry[] entries) =>
        await server.TakeUpAsync(offset, new ServerFrame.State("grants", offset, entries, Last: true));

    private RealTimeClient NewClient(Func<RealTimeClientOptions, RealTimeClientOptions> configure) => new(configure(new RealTimeClientOptions
    {
        Endpoints = [_server.Address],
        CloseWithin = TimeSpan.FromMilliseconds(500),
        Reconnect = new ReconnectAdvice(1, 10, 1.5, 1),
        MutationDecided = outcome => _decided.Writer.TryWrite(outcome),
    }));

    private async Task<ServerConnection> ConnectAsync(RealTimeClient client)
    {
        var connecting = client.ConnectAsync(_server.Deadline);
        var connection = await _server.GreetAsync();
        await connecting;
        return connection;
    }

    private sealed record Grant(int Amount);

    /// <summary>Lets go of edits when the test says so.</summary>
    private sealed class SlowStore : IMutationStore
    {
        private readonly TaskCompletionSource _dropping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Dropping => _dropping.Task;

        public void LetGo() => _letGo.TrySetResult();

        public ValueTask<LoadedMutations> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new LoadedMutations(null, null, false));

        public async ValueTask WriteAsync(IReadOnlyList<MutationRecord> records, CancellationToken cancellationToken)
        {
            if (!records.Any(record => record is MutationRecord.Drop))
                return;

            _dropping.TrySetResult();
            await _letGo.Task;
        }

        public ValueTask ReleaseAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A disk without room.</summary>
    private sealed class FullStore : IMutationStore
    {
        public ValueTask<LoadedMutations> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new LoadedMutations(null, null, false));

        public ValueTask WriteAsync(IReadOnlyList<MutationRecord> records, CancellationToken cancellationToken) => throw new IOException("No space left on device");

        public ValueTask ReleaseAsync() => ValueTask.CompletedTask;
    }
}
