using System.Text;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>What every journal promises. A store passes by deriving from this and saying how it is made.</summary>
public abstract partial class JournalContract : IAsyncLifetime
{
    private protected static readonly StreamId Stream = new("channel/funding.grants");
    private protected static readonly StreamId Other = new("channel/funding.loans");
    private readonly ReplyBox _box = new();
    private protected IStore Store { get; private set; } = null!;
    private int _expected;

    protected abstract IStore CreateStore();

    public Task InitializeAsync()
    {
        Store = CreateStore();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Store.DisposeAsync();

    private protected static JournalRow Row(long first, int count = 1, string? text = null) =>
        new(first, count, Encoding.UTF8.GetBytes(text ?? $"entries {first} to {first + count - 1}"));

    private protected static string[] Texts(IEnumerable<JournalRow> rows) => [.. rows.Select(row => Encoding.UTF8.GetString(row.Payload.Span))];

    private protected static long[] Firsts(JournalReply.RowsRead read) => [.. read.Rows.Select(row => row.First)];

    /// <summary>The replies that came since this was last asked, when there are so many.</summary>
    private protected async Task<JournalReply[]> RepliesAsync(int count)
    {
        Store.Pump();
        var start = _expected;
        _expected += count;
        var replies = await _box.WaitForAsync(_expected);
        Assert.Equal(_expected, replies.Count);
        return [.. replies.Skip(start)];
    }

    private protected async Task<T> ReplyAsync<T>()
        where T : JournalReply =>
        Assert.IsType<T>(Assert.Single(await RepliesAsync(1)));

    private protected async Task AppendAsync(StreamId stream, params JournalRow[] rows)
    {
        foreach (var row in rows)
            Store.Journal.Append(stream, row.First - 1, row, _box);

        foreach (var reply in await RepliesAsync(rows.Length))
            Assert.IsType<JournalReply.Appended>(reply);
    }

    private protected Task<JournalReply.RowsRead> ReadAsync(StreamId stream, long from = 1, int entriesMax = int.MaxValue, int bytesMax = int.MaxValue)
    {
        Store.Journal.Read(stream, from, entriesMax, bytesMax, null, _box);
        return ReplyAsync<JournalReply.RowsRead>();
    }

    private protected Task<JournalReply.Loaded> LoadAsync(StreamId stream)
    {
        Store.Journal.Load(stream, _box);
        return ReplyAsync<JournalReply.Loaded>();
    }

    private protected Task<JournalReply.Listed> ListAsync(string prefix, string after = "", int limit = int.MaxValue)
    {
        Store.Journal.List(prefix, after, limit, _box);
        return ReplyAsync<JournalReply.Listed>();
    }
}
