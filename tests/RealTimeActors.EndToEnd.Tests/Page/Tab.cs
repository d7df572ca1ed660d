using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The live page in a browser, in words of the page. Every wait is for a condition, and fails after a minute and a half.</summary>
public sealed class Tab : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly IBrowserContext _context;
    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _faults = new();

    private Tab(IBrowserContext context, IPage page)
    {
        _context = context;
        _page = page;
        page.SetDefaultTimeout((float)_patience.TotalMilliseconds);
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Console += (_, message) =>
        {
            // What a browser says about connections that fail is no fault of the page: here they are made to fail.
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal))
                _faults.Enqueue(message.Text);
        };
    }

    /// <summary>Errors of the page's scripts, and what the content security policy refused.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    internal static async Task<Tab> OpenAsync(IBrowserContext context, Uri address)
    {
        var tab = new Tab(context, await context.NewPageAsync());
        await tab._page.GotoAsync(address.ToString());
        return tab;
    }

    public Task ReloadAsync() => _page.ReloadAsync();

    /// <summary>Waits until the page says that it is in this state: live, cut, waiting …</summary>
    public Task IsAsync(string state) => _page.WaitForSelectorAsync($"body[data-state='{state}']");

    public Task CutAsync() => ClickAsync("#cut");

    public Task ClickAsync(string selector) => _page.ClickAsync(selector);

    /// <summary>Types into a field, in place of what is there.</summary>
    public Task FillAsync(string selector, string text) => _page.FillAsync(selector, text);

    public Task ChooseAsync(string selector, string value) => _page.SelectOptionAsync(selector, value);

    public Task PressAsync(string selector, string key) => _page.PressAsync(selector, key);

    /// <summary>Waits until the page tells a person this.</summary>
    public Task TellsAsync(string text) => _page.GetByRole(AriaRole.Alert).GetByText(text).WaitForAsync();

    /// <summary>The text of an element.</summary>
    public Task<string> TextAsync(string selector) => _page.InnerTextAsync(selector);

    /// <summary>Waits until something that the page shows has become true.</summary>
    /// <param name="condition">A JavaScript expression.</param>
    /// <exception cref="TimeoutException">It has not; the message says what was waited for.</exception>
    public async Task BecomesTrueAsync(string condition)
    {
        // Not WaitForFunctionAsync: it evaluates in the page itself, where the content security policy rightly refuses it.
        var becomesTrue = _page.EvaluateAsync(
            $$"""() => new Promise(resolve => { const look = () => ({{condition}}) ? resolve() : requestAnimationFrame(look); look(); })""");
        try
        {
            await becomesTrue.WaitAsync(_patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The page is expected to come to {condition} within {_patience.TotalSeconds} s; it says '{await TextAsync("#pill-text")}'.", e);
        }
    }

    /// <summary>Evaluates a JavaScript expression in the page.</summary>
    public Task<T> AskAsync<T>(string expression) => _page.EvaluateAsync<T>(expression);

    public async Task<string> SessionAsync() => await AttributeAsync("body", "data-session");

    /// <summary>The channels that the page follows.</summary>
    public async Task<string[]> ChannelsAsync() => await AskAsync<string[]>("[...document.querySelectorAll('#positions tr')].map(row => row.dataset.channel)");

    /// <summary>How far the page has come in a channel.</summary>
    public async Task<long> OffsetAsync(string channel) =>
        long.Parse(await AttributeAsync($"#positions tr[data-channel='{channel}']", "data-offset"), CultureInfo.InvariantCulture);

    /// <summary>Waits until the page has come beyond this offset.</summary>
    public Task PassesAsync(string channel, long offset) =>
        BecomesTrueAsync($"Number(document.querySelector(`#positions tr[data-channel='{channel}']`)?.dataset.offset) > {offset}");

    /// <summary>The offsets of the events in the list, in the order in which they stand there: the newest first.</summary>
    /// <param name="channel">Of this channel.</param>
    /// <param name="kind">live, replayed or history; null: all of them.</param>
    public async Task<List<long>> OffsetsInListAsync(string channel, string? kind = null) => [.. await AskAsync<long[]>(OffsetsInList(channel, kind))];

    /// <summary>Waits until the list has exactly these offsets of a channel, in this order.</summary>
    public Task ListsAsync(string channel, params long[] newestFirst) =>
        BecomesTrueAsync($"{OffsetsInList(channel, kind: null)}.join() === '{string.Join(',', newestFirst)}'");

    /// <summary>Waits until the page reports what a resume brought back.</summary>
    public async Task<Replay> ReplayAsync()
    {
        await _page.WaitForSelectorAsync("#replay[data-replayed]");
        return new Replay(
            await TextAsync("#replay-line"),
            await NumberAsync("replayed"),
            await NumberAsync("holes"),
            await NumberAsync("repeats"),
            await NumberAsync("lost"));
    }

    /// <summary>The first and the last offset that were replayed of a channel.</summary>
    public async Task<(long First, long Last)> ReplayedAsync(string channel)
    {
        var row = $"#replay-channels li[data-channel='{channel}']";
        return (
            long.Parse(await AttributeAsync(row, "data-first"), CultureInfo.InvariantCulture),
            long.Parse(await AttributeAsync(row, "data-last"), CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static string OffsetsInList(string channel, string? kind) =>
        $"[...document.querySelectorAll(`#events li[data-channel='{channel}']{(kind is null ? "" : $"[data-kind='{kind}']")}`)].map(row => Number(row.dataset.offset))";

    private async Task<long> NumberAsync(string name) => long.Parse(await AttributeAsync("#replay", $"data-{name}"), CultureInfo.InvariantCulture);

    private async Task<string> AttributeAsync(string selector, string name) =>
        await _page.GetAttributeAsync(selector, name) ?? throw new InvalidOperationException($"{selector} is expected to have {name}; it has not.");
}
