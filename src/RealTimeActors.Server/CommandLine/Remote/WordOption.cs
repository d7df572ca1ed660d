using System.CommandLine;

namespace RealTimeActors.Server.CommandLine.Remote;

/// <summary>An option whose value is one of the words of the protocol.</summary>
internal static class WordOption
{
    /// <summary>The words are the names of the enumeration, in small letters.</summary>
    internal static Option<T> Of<T>(string name, string description, T fallback, params T[] except)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Except(except).ToDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        return new Option<T>(name)
        {
            Description = $"{description} One of {string.Join(", ", words.Keys)}; default {fallback.ToString().ToLowerInvariant()}.",
            HelpName = "WORD",
            CustomParser = argument =>
            {
                var word = argument.Tokens[0].Value;
                if (words.TryGetValue(word, out var value))
                    return value;

                argument.AddError($"{name}: one of {string.Join(", ", words.Keys)} is expected; '{word}' came.");
                return fallback;
            },
            DefaultValueFactory = _ => fallback,
        };
    }
}
