namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>Edits by number.</summary>
internal static class ModelEdits
{
    internal static string KeyOf(int number) => "grant-" + (number % 3);

    internal static (string Operation, string Value) Of(int number) => (number % 9) switch
    {
        0 => ("set", $$"""{"n":{{number}},"tags":["t{{number % 4}}"]}"""),
        1 => ("delete", ""),
        2 or 3 => ("merge", $$"""{"a":{{number}},"b":"{{number % 5}}"}"""),
        4 => ("merge", """{"a":null}"""),
        5 or 6 => ("increment", $$"""{"n":{{(number % 7) + 1}}}"""),
        7 => ("add", $$"""{"tags":["t{{number % 4}}","t{{number % 3}}"]}"""),
        _ => ("remove", $$"""{"tags":["t{{number % 4}}"]}"""),
    };
}
