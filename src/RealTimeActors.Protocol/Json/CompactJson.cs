namespace RealTimeActors.Protocol.Json;

/// <summary>Finds the way through JSON that is known to be well formed and without white space outside strings.</summary>
public static class CompactJson
{
    /// <summary>The index after the quote that ends the string which begins at <paramref name="at"/>.</summary>
    public static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        for (at++; ; at++)
        {
            at += text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[at] == '"')
                return at + 1;

            at++;
        }
    }

    /// <summary>The index after the value that begins at <paramref name="at"/>.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = EndOfString(text, at);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth-- == 0:
                    return at;
                case (byte)',' when depth == 0:
                    return at;
            }

            at++;
        }

        return at;
    }

    /// <summary>How many levels of objects and arrays the value has; 0: it is neither.</summary>
    public static int DepthOf(ReadOnlySpan<byte> text)
    {
        var (depth, deepest) = (0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = EndOfString(text, at) - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    deepest = Math.Max(deepest, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
            }
        }

        return deepest;
    }
}
