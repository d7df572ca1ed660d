using RealTimeActors.Engine;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.FundingSheet;

/// <summary>Adds the funding sheet to a server: a page on which three offices edit one state under different rules.</summary>
internal static class FundingSheetExtensions
{
    private static readonly ChannelName _sheet = ChannelName.Parse("demo.funding.sheet");
    private static readonly ChannelName _notices = ChannelName.Parse("demo.funding.notices");

    /// <summary>
    /// Gives the page's channels the rules that it shows, unless the configuration takes them in. Nobody else's channels are called so, and nothing is in them before somebody edits the sheet.
    /// </summary>
    internal static EngineOptions WithFundingSheet(this EngineOptions options)
    {
        KeyValuePair<string, string>[] fields =
        [
            new("amount", "last-write"), new("approvedBy", "first-write"), new("spent", "sum"), new("tags", "union"), new("bid", "max"), new("releasedBy", "reject"),
        ];
        if (!ConflictRules.TryCreate("last-write", fields, out var rules, out var error))
            throw new InvalidOperationException($"The rules of the funding sheet are expected to be rules: {error}");

        // A sheet that was played with for a month is not to fill the disk.
        var settings = new ChannelSettings { Merge = rules, Retention = new RetentionRule { Age = TimeSpan.FromDays(30) } };
        return options with { Channels = [.. options.Channels, (ChannelPattern.Parse("demo.funding.>"), settings)] };
    }

    /// <summary>Tells the page which channels to follow, and by which rules the server decides: <c>GET /page/sheet.json</c>.</summary>
    /// <param name="endpoints">Of a server.</param>
    /// <param name="options">What its engine goes by.</param>
    internal static IEndpointRouteBuilder MapFundingSheet(this IEndpointRouteBuilder endpoints, EngineOptions options)
    {
        var description = new FundingSheetDescription(_sheet.Value, _notices.Value, FundingSheetRules.Of(options.SettingsOf(_sheet).Merge.Text));
        endpoints.MapGet("/page/sheet.json", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(description, FundingSheetJson.Default.FundingSheetDescription);
        }).ExcludeFromDescription();
        return endpoints;
    }
}
