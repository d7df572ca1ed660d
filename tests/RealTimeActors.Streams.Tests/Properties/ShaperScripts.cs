using FsCheck;
using FsCheck.Fluent;

namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>Settings and happenings by chance: all stages together as often as one alone. Failures shrink to the fewest actions and settings.</summary>
internal static class ShaperScripts
{
    public static Arbitrary<ShaperScript> Any { get; } = Arb.From(
        from settings in Settings()
        from actions in Gen.ArrayOf(Action()).Resize(150)
        select new ShaperScript(settings, actions),
        Simpler);

    private static Gen<ShapeSettings> Settings() =>
        from debounce in OneOf(0, 0, 20, 100)
        from debounceMax in OneOf(0, 50, 150, 400)
        from conflate in OneOf(Conflation.None, Conflation.Key, Conflation.Key, Conflation.Channel)
        from batch in OneOf(0, 0, 10, 60)
        from batchMax in OneOf(0, 1, 3)
        from batchBytes in OneOf(300, 65_536)
        from rate in OneOf(0, 0, 1, 3, 20)
        from inOrder in OneOf(false, false, true)
        from heldMax in OneOf(1, 3, 8, 1_024)
        from heldBytes in OneOf(500, 1_024 * 1_024)
        from immediate in OneOf<string[]>([], ["alarm"])
        select new ShapeSettings
        {
            DebounceMs = debounce,
            DebounceMaxMs = debounceMax,
            Conflate = conflate,
            BatchMs = batch,
            BatchMax = batchMax,
            BatchBytesMax = batchBytes,
            MaxPerSecond = rate,
            InOrder = inOrder,
            HeldMax = heldMax,
            HeldBytesMax = heldBytes,
            Immediate = immediate,
        };

    private static Gen<ShaperAction> Action() => Gen.Frequency<ShaperAction>(
        (12, from push in Push() select (ShaperAction)push),
        (5, from ms in Gen.Choose(1, 30) select (ShaperAction)new ShaperAction.Wait(ms)),
        (2, from ms in Gen.Choose(30, 1_200) select (ShaperAction)new ShaperAction.Wait(ms)),
        (4, from max in OneOf(1, 2, 5, 100) select (ShaperAction)new ShaperAction.Write(max)),
        (2, from lane in Gen.Choose(0, 3) select (ShaperAction)new ShaperAction.WriteOf(lane)),
        (1, from rare in Gen.Choose(0, 9) select rare switch { 0 => new ShaperAction.Flush(), 1 => new ShaperAction.GiveUp(), _ => (ShaperAction)new ShaperAction.Wait(1) }));

    private static Gen<ShaperAction.Push> Push() =>
        from lane in OneOf(0, 1, 2, 2, 2, 3)
        from jump in OneOf(0, 0, 0, 1, 4)
        from type in OneOf("moved", "moved", "moved", "alarm")
        from key in OneOf<string?>(null, "", "a", "a", "b", "c")
        from bytes in OneOf(1, 100, 100, 600)
        from lives in OneOf<int?>(null, null, null, null, -5, 0, 40, 1_500)
        select new ShaperAction.Push(lane, jump, type, key, bytes, lives);

    private static Gen<TValue> OneOf<TValue>(params TValue[] values) => Gen.Elements(values);

    private static IEnumerable<ShaperScript> Simpler(ShaperScript script)
    {
        var actions = script.Actions.ToArray();
        for (var length = actions.Length / 2; length >= 1; length /= 2)
        {
            for (var start = 0; start + length <= actions.Length; start += length)
                yield return script with { Actions = [.. actions[..start], .. actions[(start + length)..]] };
        }

        var s = script.Settings;
        ShapeSettings[] simpler =
        [
            s with { DebounceMs = 0 }, s with { DebounceMaxMs = 0 }, s with { Conflate = Conflation.None }, s with { BatchMs = 0 }, s with { BatchMax = 0 },
            s with { MaxPerSecond = 0 }, s with { InOrder = false }, s with { HeldMax = 1_024 }, s with { HeldBytesMax = 1_024 * 1_024 },
        ];
        foreach (var settings in simpler.Where(settings => settings != s))
            yield return script with { Settings = settings };
    }
}
