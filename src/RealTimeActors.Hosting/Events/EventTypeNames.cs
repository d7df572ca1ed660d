using System.Reflection;
using System.Text;

namespace RealTimeActors.Hosting.Events;

/// <summary>The name that a .NET type's events have in the log: by attribute, or by convention.</summary>
internal static class EventTypeNames
{
    private const string Suffix = "Event";

    /// <param name="type">A class with events.</param>
    /// <param name="union">What it is a case of; the same type where it stands alone.</param>
    internal static string Of(Type type, Type union)
    {
        if (type.GetCustomAttribute<EventTypeAttribute>(inherit: false) is { } attribute)
            return attribute.Name.Length > 0 ? attribute.Name : throw new ArgumentException($"[EventType] of {type} is expected to be a name; it is empty.");

        if (type == union)
            return Snake(type.Name);

        var subject = Stem(union.IsInterface && union.Name is ['I', >= 'A' and <= 'Z', ..] ? union.Name[1..] : union.Name);
        var happened = Stem(type.Name);
        if (happened.Length > subject.Length && happened.StartsWith(subject, StringComparison.Ordinal) && char.IsUpper(happened[subject.Length]))
            happened = happened[subject.Length..];

        return $"{Snake(subject)}.{Snake(happened)}";
    }

    private static string Stem(string name) => name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;

    /// <summary><c>AmountRaised</c> is <c>amount_raised</c>, <c>HTTPCall</c> is <c>http_call</c>.</summary>
    private static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var begins = char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (begins && name[i - 1] != '_')
                snake.Append('_');

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
