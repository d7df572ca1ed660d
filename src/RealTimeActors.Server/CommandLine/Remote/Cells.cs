using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>What a server answers, as cells of a table.</summary>
internal static class Cells
{
    /// <summary>A table without decoration, so that it can be cut and searched like any text.</summary>
    internal static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true });

        return table;
    }

    /// <summary>Prints it; where nobody looks at it directly without colours, and as wide as it needs to be.</summary>
    internal static void Print(IRenderable what)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 10_000;
            AnsiConsole.Profile.Capabilities.Ansi = false;
        }

        AnsiConsole.Write(what);
    }

    /// <summary>The member as text; a dash where it is not known.</summary>
    internal static string Of(JsonElement item, string name) => !item.TryGetProperty(name, out var value) ? "–" : value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "–",
        JsonValueKind.String => Markup.Escape(value.GetString()!),
        JsonValueKind.Number when value.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => Markup.Escape(value.GetRawText()),
    };

    /// <summary>How long ago a moment was.</summary>
    internal static string Ago(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var at)
            ? Duration(DateTimeOffset.UtcNow - at)
            : "–";

    /// <summary>A length of time in its two largest units.</summary>
    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays}d{time.Hours}h",
        { TotalHours: >= 1 } => $"{time.Hours}h{time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m{time.Seconds}s",
        _ => $"{Math.Max(0, (int)time.TotalSeconds)}s",
    };
}
