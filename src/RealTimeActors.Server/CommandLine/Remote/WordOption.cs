using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>An option whose value is one of the words of the protocol.</summary>
internal static class WordOption
{
    /// <summary>The words are the names of the enumeration as the protocol writes them: catchUp, dropOldest.</summary>
    internal static Option<T> Of<T>(string name, string description, T fallback, params T[] except)
        where T : struct, Enum
    {
        var words = Words(except);
        return new Option<T>(name)
        {
            Description = $"{description} One of {string.Join(", ", words.Keys)}; default {Word(fallback)}.",
            HelpName = "WORD",
            CustomParser = argument => Parse(name, words, argument) ?? fallback,
            DefaultValueFactory = _ => fallback,
        };
    }

    /// <summary>The same where nothing is said unless it is asked for.</summary>
    internal static Option<T?> Of<T>(string name, string description)
        where T : struct, Enum
    {
        var words = Words<T>([]);
        return new Option<T?>(name)
        {
            Description = $"{description} One of {string.Join(", ", words.Keys)}.",
            HelpName = "WORD",
            CustomParser = argument => Parse(name, words, argument),
        };
    }

    private static Dictionary<string, T> Words<T>(T[] except)
        where T : struct, Enum =>
        Enum.GetValues<T>().Except(except).ToDictionary(Word, StringComparer.Ordinal);

    private static string Word<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static T? Parse<T>(string name, Dictionary<string, T> words, ArgumentResult argument)
        where T : struct, Enum
    {
        var word = argument.Tokens[0].Value;
        if (words.TryGetValue(word, out var value))
            return value;

        argument.AddError($"{name}: one of {string.Join(", ", words.Keys)} is expected; '{word}' came.");
        return null;
    }
}
