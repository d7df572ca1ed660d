
namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The explorer in a browser, in words of that page.</summary>
internal sealed class Explorer(Tab tab) : IAsyncDisposable
{
    internal Tab Tab => tab;

    /// <summary>Errors of the page, without what a browser says of an answer that was meant to be a refusal.</summary>
    internal IEnumerable<string> Faults => tab.Faults.Where(fault => !fault.StartsWith("Failed to load resource", StringComparison.Ordinal));

    internal static async Task<Explorer> OpenAsync(Browser browser, ServerProcess server, string place = "") =>
        new(await browser.OpenTabAsync(new Uri(server.Address, $"explorer{place}")));

    internal static Task<Explorer> OpenAtAsync(Browser browser, ServerProcess server, string channel) => OpenAsync(browser, server, $"#/channels/{channel}");

    /// <summary>Waits until the list has exactly these offsets, in this order.</summary>
    internal Task ListsAsync(params long[] newestFirst) => tab.BecomesTrueAsync($"{OffsetsInList}.join() === '{string.Join(',', newestFirst)}'");

    /// <summary>Waits until a follower of the channel is seen like this.</summary>
    internal Task SeesFollowerAsync(string session, string state, long position, long lag) => tab.BecomesTrueAsync(
        $"document.querySelector(`#followers tr[data-session='{session}'][data-state='{state}'][data-position='{position}'][data-lag='{lag}']`)");

    /// <summary>Waits until the page's own place is this.</summary>
    internal Task StandsAtAsync(long position, long lag) => tab.BecomesTrueAsync($"document.querySelector(`#own[data-position='{position}'][data-lag='{lag}']`)");

    /// <summary>Waits until the page reports a replay of these offsets, each of them once.</summary>
    internal Task ReplayedAsync(long first, long last) => tab.BecomesTrueAsync(
        $"document.querySelector(`#replay[data-first='{first}'][data-last='{last}'][data-replayed='{last - first + 1}'][data-missing='0'][data-lost='0']`)");

    internal async Task PublishAsync(string type, string data)
    {
        await tab.FillAsync("#publish-type", type);
        await tab.FillAsync("#publish-data", data);
        await tab.ClickAsync("#publish-button");
    }

    internal async Task GiveTokenAsync(string token)
    {
        await tab.FillAsync("#token-text", token);
        await tab.ClickAsync("#token button[type=submit]");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => tab.DisposeAsync();

    private const string OffsetsInList = "[...document.querySelectorAll('#events li')].map(row => Number(row.dataset.offset))";
}
