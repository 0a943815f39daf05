"""What is said of findings wherever they are entered, reviewed and listed."""

from __future__ import annotations

#: Of a finding about an indicator that no measure reads findings for: see :func:`indicators.meaning.uses.moves_marks`.
IDLE = "不影响得分：这项指标按报送的数据计分，不读督察认定的问题；认定以后只用来反馈和整改，不扣分，也不加分。"
