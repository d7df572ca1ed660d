using System.Runtime.CompilerServices;

namespace RealTimeActors.Simulation.Checkers;

/// <content>What is written down.</content>
internal sealed partial class Observations
{
    public void Note(string line) => Trace.Add(Now, line);

    public void Note([InterpolatedStringHandlerArgument("")] ref TraceLine line)
    {
        Trace.Add(Now, line.Text);
        line.Clear();
    }
}
