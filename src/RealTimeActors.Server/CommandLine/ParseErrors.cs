using System.CommandLine.Parsing;

namespace RealTimeActors.Server.CommandLine;

/// <summary>What is wrong with a command line, in words of whoever typed it and not of the program's types.</summary>
internal static class ParseErrors
{
    internal static string Say(ParseError error)
    {
        var (name, type, tokens) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType, option.Tokens),
            ArgumentResult { Parent: OptionResult of } argument => (of.Option.Name, of.Option.ValueType, argument.Tokens),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType, argument.Tokens),
            _ => ("", typeof(string), []),
        };
        return tokens is [.., var came] && error.Message.Contains(type.ToString(), StringComparison.Ordinal) && Expected(Nullable.GetUnderlyingType(type) ?? type) is { } expected
            ? $"{name}: {expected} is expected; '{came.Value}' came."
            : error.Message;
    }

    private static string? Expected(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(DateTimeOffset) => "a time, as 2026-11-21T10:00:00Z,",
        _ => null,
    };
}
