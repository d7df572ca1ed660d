using Microsoft.Playwright;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>One Chromium for all tests of the page; every test opens a tab that knows nothing of the others.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Opens a tab that remembers what went wrong in it.</summary>
    public async Task<Tab> OpenTabAsync(Uri address) => await Tab.OpenAsync(await NewContextAsync(), address);

    /// <summary>Opens a tab whose WebSocket a script answers in place of the server.</summary>
    public async Task<(Tab Tab, ScriptedSocket Socket)> OpenScriptedTabAsync(Uri address)
    {
        var context = await NewContextAsync();
        var socket = await ScriptedSocket.InsteadOfTheServersAsync(context);
        return (await Tab.OpenAsync(context, address), socket);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();

        _playwright?.Dispose();
    }

    private async Task<IBrowserContext> NewContextAsync()
    {
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumFactAttribute.ExecutablePath,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        return await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 1000 } });
    }
}
