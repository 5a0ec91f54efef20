"""Operations in the administration: buttons on a run and on a step, actions of the list, and the pages behind them."""
