using System.Buffers;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>What a <c>kid</c> may look like. It is compared and nothing else: it never becomes part of a path, a query or an address.</summary>
internal static class KeyNames
{
    internal const int LengthMax = 128;
    internal const string Expected = "1 to 128 letters, digits or - _ . : + / = @ ~, without ..";

    private static readonly SearchValues<char> _taken =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+/=@~");

    internal static bool IsName(string? kid) =>
        kid is { Length: > 0 and <= LengthMax }
        && !kid.AsSpan().ContainsAnyExcept(_taken)
        && !kid.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether a key may be called so; a key may also go without a name.</summary>
    internal static bool TryJudge(string? kid, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? error)
    {
        error = kid is null || IsName(kid) ? null : $"a kid of {Expected} is expected; another one came";
        return error is null;
    }
}
