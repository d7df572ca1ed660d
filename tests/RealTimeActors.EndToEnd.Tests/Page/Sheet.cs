using System.Globalization;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>The funding sheet in a browser, in words of that page.</summary>
internal sealed class Sheet(Tab tab) : IAsyncDisposable
{
    internal const string Washington = "washington";
    internal const string Berlin = "berlin";
    internal const string Tokyo = "tokyo";

    internal Tab Tab => tab;

    /// <summary>Opens the page and waits until all three offices have the sheet with its lines.</summary>
    internal static async Task<Sheet> OpenAsync(Browser browser, ServerProcess server)
    {
        var sheet = new Sheet(await browser.OpenTabAsync(new Uri(server.Address, "sheet")));
        await sheet.Tab.IsAsync("live");
        await sheet.Tab.BecomesTrueAsync("document.querySelectorAll(`.line[data-pending='0']:not([data-version='0'])`).length === 9");
        return sheet;
    }

    /// <summary>All three offices do the same at the same moment, to the first line.</summary>
    internal Task TogetherAsync(string field) => tab.ClickAsync($"#together-{field}");

    /// <summary>An office presses the button of a field.</summary>
    internal Task PressAsync(string office, string line, string field) => tab.ClickAsync($"{Field(office, line, field)} button");

    internal async Task TypeAsync(string office, string line, string field, string text)
    {
        await tab.FillAsync($"{Field(office, line, field)} input", text);
        await tab.PressAsync($"{Field(office, line, field)} input", "Enter");
    }

    /// <summary>Takes an office offline, or back.</summary>
    internal async Task SwitchAsync(string office, string state)
    {
        await tab.ClickAsync($"{Pane(office)} .switch");
        await IsAsync(office, state);
    }

    internal Task IsAsync(string office, string state) => tab.BecomesTrueAsync($"document.querySelector(`{Pane(office)}[data-state='{state}']`)");

    /// <summary>Waits until an office shows this value, as JSON, and has no edit that waits.</summary>
    internal Task ShowsAsync(string office, string line, string field, string json) =>
        tab.BecomesTrueAsync($"document.querySelector(`{Pane(office)}[data-pending='0'] {Field("", line, field)}`)?.dataset.value === `{json}`");

    internal async Task AllShowAsync(string line, string field, string json)
    {
        foreach (var office in (string[])[Washington, Berlin, Tokyo])
            await ShowsAsync(office, line, field, json);
    }

    /// <summary>Waits until an office shows this value, though it is not confirmed.</summary>
    internal Task ForeseesAsync(string office, string line, string field, string json) =>
        tab.BecomesTrueAsync($"document.querySelector(`{Field(office, line, field)}.waits`)?.dataset.value === `{json}`");

    internal Task WaitsAsync(string office, int edits) => tab.BecomesTrueAsync($"document.querySelector(`{Pane(office)}[data-pending='{edits}']`)");

    /// <summary>Waits until an office tells this, among what became of its edits.</summary>
    internal Task TellsAsync(string office, string kind, string text) =>
        tab.BecomesTrueAsync($"[...document.querySelectorAll(`{Pane(office)} .outcomes li[data-kind='{kind}']`)].some(item => item.textContent.includes(`{text}`))");

    /// <summary>Waits until an office says that so many are there, and who.</summary>
    internal Task SeesAsync(string office, string count, string names) =>
        tab.BecomesTrueAsync($"document.querySelector(`{Pane(office)} .there strong`).textContent === `{count}` && document.querySelector(`{Pane(office)} .there span`).textContent === `{names}`");

    /// <summary>What the three offices tell of their last edit with these words, in order of the alphabet.</summary>
    internal async Task<string[]> KindsAsync(string text)
    {
        var kinds = $"[...document.querySelectorAll('.outcomes li')].filter(item => item.dataset.kind !== 'rebased' && item.textContent.includes(`{text}`)).map(item => item.dataset.kind).sort()";
        await tab.BecomesTrueAsync($"{kinds}.length === 3");
        return await tab.AskAsync<string[]>(kinds);
    }

    /// <summary>An office asks all to confirm. Answers what it is told then.</summary>
    internal async Task<string> AskAsync(string office)
    {
        await tab.ClickAsync($"{Pane(office)} .ask");
        await tab.BecomesTrueAsync($"document.querySelector(`{Pane(office)} .receipt[data-acked]`)");
        return await tab.TextAsync($"{Pane(office)} .receipt");
    }

    /// <summary>The offsets of the log as the page lists them, the newest first, with what was decided and the hash.</summary>
    internal async Task<List<(long Offset, string Result, string Hash)>> LogAsync()
    {
        var rows = await tab.AskAsync<string[]>("[...document.querySelectorAll('#log tr')].map(row => [row.dataset.offset, row.dataset.result ?? '', row.cells[4].title].join())");
        return [.. rows.Select(row => row.Split(',')).Select(cells => (long.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2]))];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => tab.DisposeAsync();

    private static string Pane(string office) => $".office[data-office='{office}']";

    private static string Field(string office, string line, string field) => $"{(office.Length == 0 ? "" : $"{Pane(office)} ")}.line[data-key='{line}'] .field[data-field='{field}']";
}
