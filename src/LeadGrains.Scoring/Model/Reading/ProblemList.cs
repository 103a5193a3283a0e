using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>The problems found so far, bounded.</summary>
internal sealed class ProblemList
{
    private readonly List<ModelProblem> _problems = [];

    public int Count => _problems.Count;

    public void Add(YamlNode node, string message) => Add(node.Line, node.Column, message);

    public void Add(int line, int column, string message)
    {
        if (_problems.Count < ModelLimits.Problems)
            _problems.Add(new ModelProblem(line, column, message));
    }

    public ImmutableArray<ModelProblem> InOrder() =>
        [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
}
