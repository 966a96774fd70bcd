import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { filledIn, phoneRecipes, siteRecipes } from './recipes.ts';
import './wizard.css';
import { wizardWords } from './words.ts';

/** Examples in tabs: of a site, or of an app. */
export function RecipeTabs({ appId, isPhone }: { appId: string; isPhone: boolean }) {
  const words = useWords(wizardWords);
  const pool = usePool();
  const recipes = isPhone ? phoneRecipes : siteRecipes;
  const [name, setName] = useState(recipes[0]?.name);
  const recipe = recipes.find((one) => one.name === name) ?? recipes[0];
  const text = useQuery({
    queryKey: ['recipe', recipe?.name],
    queryFn: async () => (await recipe?.load())?.default ?? '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (recipe === undefined) return null;
  return (
    <div className="stack recipe">
      <div className="recipe-tabs" role="tablist" aria-label={words.snippets}>
        {recipes.map((one, index) => (
          <button
            key={one.name}
            id={`recipe-${one.name}`}
            type="button"
            role="tab"
            aria-selected={one === recipe}
            aria-controls="recipe"
            tabIndex={one === recipe ? 0 : -1}
            onClick={() => setName(one.name)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              const next = recipes[(index + step + recipes.length) % recipes.length];
              if (step === 0 || next === undefined) return;
              setName(next.name);
              document.getElementById(`recipe-${next.name}`)?.focus();
            }}
          >
            {one.title}
          </button>
        ))}
      </div>
      <div className="stack" role="tabpanel" id="recipe" aria-labelledby={`recipe-${recipe.name}`}>
        <Loaded query={text} rows={10}>
          {(loaded) => <CodeBlock code={filledIn(loaded, { appId, pool })} label={recipe.file} />}
        </Loaded>
        {recipe.start !== '' && (
          <>
            <h3>{words.startIt}</h3>
            <CodeBlock code={recipe.start} label={words.startIt} />
          </>
        )}
      </div>
    </div>
  );
}
