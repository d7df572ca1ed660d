namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>What an argument names, as one segment of an address.</summary>
internal static class Segment
{
    /// <summary>Escapes a text. An empty one, <c>.</c> and <c>..</c> would make another address than the one that was meant, and are refused.</summary>
    /// <param name="argument">Which argument it is, for people.</param>
    /// <param name="text">What came.</param>
    /// <exception cref="CommandException">It cannot stand in an address.</exception>
    internal static string Of(string argument, string text) => text is "" or "." or ".."
        ? throw new CommandException($"{argument}: a name that can stand in an address is expected; {(text.Length == 0 ? "an empty text" : $"'{text}'")} came.")
        : Uri.EscapeDataString(text);
}
