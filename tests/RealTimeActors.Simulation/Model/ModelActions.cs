using FsCheck;
using FsCheck.Fluent;

namespace RealTimeActors.Simulation.Model;

/// <summary>Runs of the model by chance: mostly traffic, some faults. Failures shrink to the fewest actions.</summary>
internal static class ModelActions
{
    public static Arbitrary<ModelAction[]> Any { get; } = Arb.From(Gen.ArrayOf(One()).Resize(120), Shorter);

    private static Gen<ModelAction> One() => Gen.Frequency(
        (12, Of(b => new ModelAction.Append(b % 4 == 0, b % 5 != 0))),
        (2, Of(b => new ModelAction.Retain(b % 8))),
        (14, Of(_ => new ModelAction.Tell())),
        (14, Of(_ => new ModelAction.FrameArrives())),
        (6, Of(_ => new ModelAction.SendAck())),
        (2, Of(b => new ModelAction.SendNack(b))),
        (1, Of(b => new ModelAction.SendSeek(b))),
        (6, Of(_ => new ModelAction.RequestArrives())),
        (2, Of(_ => new ModelAction.Cut())),
        (2, Of(_ => new ModelAction.LateAckArrives())),
        (5, Of(b => new ModelAction.Connect(b % 8 == 0 ? Kept.Nothing : b % 3 == 0 ? Kept.SessionOnly : Kept.Everything))),
        (3, Of(_ => new ModelAction.JournalCursor())),
        (1, Of(_ => new ModelAction.ServerCrash())),
        (1, Of(b => new ModelAction.RestoreBackup(b % 6))));

    private static Gen<ModelAction> Of(Func<int, ModelAction> make) => Gen.Choose(0, 1_000).Select(make);

    private static IEnumerable<ModelAction[]> Shorter(ModelAction[] actions)
    {
        for (var length = actions.Length / 2; length >= 1; length /= 2)
        {
            for (var start = 0; start + length <= actions.Length; start += length)
                yield return [.. actions[..start], .. actions[(start + length)..]];
        }
    }
}
