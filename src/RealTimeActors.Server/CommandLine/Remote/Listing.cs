using System.Text;
using Spectre.Console;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>Rows below their headings. On a terminal they are as wide as that; elsewhere each is one line and whole, however long its last column is, which is not filled up.</summary>
/// <param name="columns">The headings.</param>
internal sealed class Listing(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <param name="cells">One for each column, as markup.</param>
    internal void AddRow(params string[] cells) => _rows.Add(cells);

    internal void Print()
    {
        if (Console.IsOutputRedirected)
        {
            WriteTo(Console.Out);
            return;
        }

        var table = Cells.Table(columns);
        foreach (var row in _rows)
            table.AddRow(row);

        AnsiConsole.Write(table);
    }

    /// <summary>Writes it as plain text.</summary>
    internal void WriteTo(TextWriter to)
    {
        string[][] lines = [columns, .. _rows.Select(row => row.Select(Plain).ToArray())];
        var widths = columns.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            for (var column = 0; column < line.Length - 1; column++)
                to.Write(line[column].PadRight(widths[column] + 1));

            to.WriteLine(line[^1]);
        }
    }

    /// <summary>A row is one line, whatever it tells of.</summary>
    private static string Plain(string markup)
    {
        var text = new StringBuilder(Markup.Remove(markup));
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                text[i] = ' ';
        }

        return text.ToString();
    }
}
