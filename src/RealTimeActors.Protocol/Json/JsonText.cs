using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace RealTimeActors.Protocol.Json;

/// <summary>The JSON values that travel inside frames (<c>data</c>, <c>value</c>, <c>state</c>, <c>patch</c>): checked once where they come in, compact ever after.</summary>
public static class JsonText
{
    /// <summary>
    /// Checks that <paramref name="text"/> is one JSON value (valid UTF-8, at most 32 levels deep, no name twice in an object; numbers of any size) and copies it
    /// without the white space outside strings, tokens otherwise untouched.
    /// </summary>
    /// <param name="text">What came.</param>
    /// <param name="compact">The value; null when it is not one.</param>
    /// <param name="error">What is wrong with it; null when nothing is.</param>
    public static bool TryCompact(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? compact, [NotNullWhen(false)] out string? error)
    {
        compact = null;
        error = null;
        if (!Utf8.IsValid(text))
        {
            error = "A JSON value in UTF-8 is expected; the bytes are not UTF-8.";
            return false;
        }

        var scanner = new JsonScanner(text, stackalloc JsonNames.Name[32], "The JSON");
        if (scanner.SkipValue(out var start, out var spaces))
        {
            var end = scanner.Position;
            if (scanner.End())
                compact = JsonScanner.Compact(text[start..end], spaces);
        }

        error = scanner.Error;
        scanner.Dispose();
        return compact is not null;
    }
}
